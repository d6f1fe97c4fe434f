import { Clock } from 'nestjs-mcp-auth';
import type { ChainLink } from '../audit/audit-chain.js';
import { AuditKeys } from '../audit/audit-keys.js';
import { type AuditVerification, AuditVerifier } from '../audit/audit-verifier.js';
import { readConfig } from '../config/service-config.js';
import { openServiceStorage } from './open-service-storage.js';

export async function verifyAudit(head: readonly ChainLink[]): Promise<void> {
  const { dataSource, secrets } = await openServiceStorage(readConfig(process.env));
  try {
    const verifier = new AuditVerifier(dataSource, new AuditKeys(dataSource, secrets, new Clock()));
    const result = await verifier.verify(head);
    process.stdout.write(report(result));
    if (result.problems.length > 0) process.exitCode = 1;
  } finally {
    await dataSource.destroy();
  }
}

function report({ intact, unsealed, head, problems, notes }: AuditVerification): string {
  const lines = [
    ...problems,
    ...notes,
    `${intact} events are as they were written; ${unsealed} are not chained yet. The head is ${head}`,
  ];
  return `${lines.join('\n')}\n`;
}
