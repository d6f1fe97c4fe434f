import { Command, InvalidArgumentError } from 'commander';
import { Clock } from 'nestjs-mcp-auth';
import { type ChainLink, parseLink } from '../audit/audit-chain.js';
import { AuditKeys } from '../audit/audit-keys.js';
import { type AuditVerification, AuditVerifier } from '../audit/audit-verifier.js';
import { readConfig } from '../config/service-config.js';
import { openServiceStorage } from './open-service-storage.js';

/** Says whether the audit is as it was written; ends with 1 when it is not. */
export function auditVerify(): Command {
  return new Command('verify')
    .description('Says whether the audit is as it was written.')
    .option('--head <position:mac>', 'as the log had it: it must still be there; may be repeated', addHead)
    .action(async ({ head = [] }: { head?: ChainLink[] }) => {
      const { dataSource, secrets } = await openServiceStorage(readConfig(process.env));
      try {
        const verifier = new AuditVerifier(dataSource, new AuditKeys(dataSource, secrets, new Clock()));
        const result = await verifier.verify(head);
        process.stdout.write(report(result));
        if (result.problems.length > 0) process.exitCode = 1;
      } finally {
        await dataSource.destroy();
      }
    });
}

function report({ intact, unsealed, head, problems, notes }: AuditVerification): string {
  const lines = [
    ...problems,
    ...notes,
    `${intact} events are as they were written; ${unsealed} are not chained yet. The head is ${head}`,
  ];
  return `${lines.join('\n')}\n`;
}

function addHead(text: string, before: ChainLink[] = []): ChainLink[] {
  const head = parseLink(text);
  if (!head) throw new InvalidArgumentError('It must be <position>:<mac> as the log has it.');
  return [...before, head];
}
