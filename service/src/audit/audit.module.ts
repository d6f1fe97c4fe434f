import { Module } from '@nestjs/common';
import { AuditClock } from './audit-clock.js';
import { AuditExport } from './audit-export.js';
import { AuditFilter } from './audit-filter.js';
import { AuditKeys } from './audit-keys.js';
import { AuditReader } from './audit-reader.js';
import { AuditRetention } from './audit-retention.js';
import { AuditSealer } from './audit-sealer.js';
import { AuditStore } from './audit-store.js';
import { AuditTrail } from './audit-trail.js';
import { AuditVerifier } from './audit-verifier.js';
import { AuditWriter } from './audit-writer.js';

/** The record of every decision. */
@Module({
  providers: [
    AuditStore,
    AuditWriter,
    AuditTrail,
    AuditKeys,
    AuditClock,
    AuditRetention,
    AuditSealer,
    AuditVerifier,
    AuditFilter,
    AuditExport,
    AuditReader,
  ],
  exports: [AuditTrail, AuditExport, AuditReader],
})
export class AuditModule {}
