import { parseLink } from '../../src/audit/audit-chain.js';
import { AuditKeys, nameDigest } from '../../src/audit/audit-keys.js';
import { AuditSealer } from '../../src/audit/audit-sealer.js';
import { AuditTrail } from '../../src/audit/audit-trail.js';
import { AuditVerifier } from '../../src/audit/audit-verifier.js';
import { AuditEventRow } from '../../src/audit/entities/audit-event.entity.js';
import type { Standalone } from './standalone.js';

export const AUDIT_TABLE = 'mcp_auth."auditEvent"';
export const PROCESS_TABLE = 'mcp_auth."auditProcess"';

export const auditFlushed = ({ application }: Standalone) => application.get(AuditTrail).flush();

/** Everything up to now as it happened: what a transaction writes comes before what waits to be written. */
export async function auditEvents(service: Standalone): Promise<AuditEventRow[]> {
  await auditFlushed(service);
  return service.dataSource.getRepository(AuditEventRow).find({ order: { at: 'ASC', sequence: 'ASC' } });
}

/** Writes and chains everything up to now. */
export async function auditSealed(service: Standalone): Promise<void> {
  await auditFlushed(service);
  await service.application.get(AuditSealer).round();
}

/** What the audit says of an address. */
export async function digestOf(service: Standalone, email: string): Promise<string> {
  const { key } = await service.application.get(AuditKeys).current();
  return nameDigest(key, email);
}

/** @param heads as the log has them. */
export const auditVerified = ({ application }: Standalone, ...heads: string[]) =>
  application.get(AuditVerifier).verify(heads.flatMap((head) => parseLink(head) ?? []));
