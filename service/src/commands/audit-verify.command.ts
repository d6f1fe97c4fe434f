import { Clock } from 'nestjs-mcp-auth';
import { type ChainLink, parseLink } from '../audit/audit-chain.js';
import { AuditKeys } from '../audit/audit-keys.js';
import { type AuditVerification, AuditVerifier } from '../audit/audit-verifier.js';
import { ConfigurationError } from '../config/configuration.error.js';
import type { Command } from './command.js';
import { openServiceStorage } from './open-service-storage.js';

/** Says whether the audit is as it was written; ends with 1 when it is not. */
export const AUDIT_VERIFY: Command = {
  name: 'audit verify',
  usage: '[--head <position>:<mac>]…',
  options: { head: { type: 'string', multiple: true } },
  async run({ head }, config) {
    const heads = (Array.isArray(head) ? head : []).map((text) => readHead(String(text)));
    const { dataSource, secrets } = await openServiceStorage(config);
    try {
      const verifier = new AuditVerifier(dataSource, new AuditKeys(dataSource, secrets, new Clock()));
      const result = await verifier.verify(heads);
      process.stdout.write(report(result));
      return result.problems.length === 0 ? 0 : 1;
    } finally {
      await dataSource.destroy();
    }
  },
};

function report({ intact, unsealed, head, problems, notes }: AuditVerification): string {
  const lines = [
    ...problems,
    ...notes,
    `${intact} events are as they were written; ${unsealed} are not chained yet. The head is ${head}`,
  ];
  return `${lines.join('\n')}\n`;
}

function readHead(text: string): ChainLink {
  const head = parseLink(text);
  if (!head)
    throw new ConfigurationError(`--head must be <position>:<mac> as the log has it, not "${text}".`);
  return head;
}
