import { AuditCheckpoint } from './entities/audit-checkpoint.entity.js';
import { AuditEventRow } from './entities/audit-event.entity.js';
import { AuditKey } from './entities/audit-key.entity.js';
import { Audit1765310000000 } from './migrations/1765310000000-audit.js';

export const AUDIT_ENTITIES = [AuditEventRow, AuditCheckpoint, AuditKey];
export const AUDIT_MIGRATIONS = [Audit1765310000000];
