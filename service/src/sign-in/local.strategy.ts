import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-local';
import { allowsPassword } from '../people/password-policy.js';
import { LONGEST_PASSWORD } from '../config/password-length.js';
import { normaliseEmail, Users } from '../people/users.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { SignInConfig } from '../config/sign-in-config.js';
import type { User } from '../people/entities/user.entity.js';
import { KnownBrowsers } from './known-browsers.js';
import { SignInThrottle } from './sign-in-throttle.js';

/** Characters (RFC 5321 §4.5.3.1.3). */
const LONGEST_EMAIL = 254;

/** Email and password. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy) {
  constructor(
    private readonly users: Users,
    private readonly browsers: KnownBrowsers,
    private readonly throttle: SignInThrottle,
    private readonly audit: AuditTrail,
    private readonly config: SignInConfig,
  ) {
    super({ usernameField: 'email', passwordField: 'password', passReqToCallback: true });
  }

  /** The user, or null. @throws TooManyTries. */
  async validate(request: Request): Promise<User | null> {
    // passport-local takes a query too, which ends in logs and histories.
    const { email, password } = request.body as Record<string, unknown>;
    if (typeof email !== 'string' || typeof password !== 'string') return null;
    if (email.length > LONGEST_EMAIL || password.length > LONGEST_PASSWORD || email.includes('\0'))
      return null;
    const name = normaliseEmail(email);
    const attempt = { email: name, address: request.ip ?? '', browser: this.browsers.idFor(request, name) };
    return this.throttle.attempt(attempt, async () => {
      const found = await this.users.authenticate(name, password);
      const user = found && allowsPassword(this.config, found.role) ? found : null;
      if (!user) this.refuse(name, found, await this.users.findByEmail(name));
      return user;
    });
  }

  private refuse(name: string, proven: User | null, known: User | null): void {
    const reason = proven ? 'Passwords are turned off for this role.' : 'The email or the password is wrong.';
    const event = { action: 'sign-in', outcome: 'refused', userId: proven?.id } as const;
    const detail = { method: 'password', reason };
    // People type their password where their address belongs.
    if (known) this.audit.record({ ...event, detail: { ...detail, target: known.id } });
    else this.audit.record({ ...event, detail, email: name });
  }
}
