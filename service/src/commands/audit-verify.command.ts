import { Command, InvalidArgumentError } from 'commander';
import { type ChainLink, parseLink } from '../audit/audit-chain.js';

/** Says whether the audit is as it was written; ends with 1 when it is not. */
export function auditVerify(): Command {
  return new Command('verify')
    .description('Says whether the audit is as it was written.')
    .option('--head <position:mac>', 'as the log had it: it must still be there; may be repeated', addHead)
    .action(async ({ head = [] }: { head?: ChainLink[] }) =>
      (await import('./audit-verify.action.js')).verifyAudit(head),
    );
}

function addHead(text: string, before: ChainLink[] = []): ChainLink[] {
  const head = parseLink(text);
  if (!head) throw new InvalidArgumentError('It must be <position>:<mac> as the log has it.');
  return [...before, head];
}
