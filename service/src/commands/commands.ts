import { AUDIT_EXPORT } from './audit-export.command.js';
import { AUDIT_VERIFY } from './audit-verify.command.js';
import type { Command } from './command.js';

export const COMMANDS: readonly Command[] = [AUDIT_VERIFY, AUDIT_EXPORT];
