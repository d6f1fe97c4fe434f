import { Injectable } from '@nestjs/common';
import { type AuditEvent, AuditLog } from 'nestjs-mcp-auth';

@Injectable()
export class ConsoleAudit extends AuditLog {
  override record(event: AuditEvent): void {
    console.log(JSON.stringify(event));
  }
}
