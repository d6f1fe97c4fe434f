import { HttpStatus } from '@nestjs/common';
import type { AdminScope } from '../config/admin-scopes.js';
import { Problem } from './problem.js';

/** An access token is for too little; programs are told what it takes (RFC 6750 §3.1). */
export class InsufficientScope extends Problem {
  constructor(needed: readonly AdminScope[], missing: readonly AdminScope[]) {
    const scope = needed.join(' ');
    super(
      HttpStatus.FORBIDDEN,
      `That takes the ${missing.length === 1 ? 'scope' : 'scopes'} ${missing.join(', ')}.`,
      { error: 'insufficient_scope', scope },
      { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
    );
  }
}
