import { AuditCheckpoint } from './entities/audit-checkpoint.entity.js';
import { AuditEventRow } from './entities/audit-event.entity.js';
import { AuditKey } from './entities/audit-key.entity.js';
import { AuditProcess } from './entities/audit-process.entity.js';
import { Audit1765310000000 } from './migrations/1765310000000-audit.js';
import { AuditProcesses1765460000000 } from './migrations/1765460000000-audit-processes.js';
import { AuditQuestions1766860010000 } from './migrations/1766860010000-audit-questions.js';

export const AUDIT_ENTITIES = [AuditEventRow, AuditCheckpoint, AuditKey, AuditProcess];
export const AUDIT_MIGRATIONS = [
  Audit1765310000000,
  AuditProcesses1765460000000,
  AuditQuestions1766860010000,
];
