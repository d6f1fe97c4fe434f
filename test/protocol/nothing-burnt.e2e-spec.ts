import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  AuthorizationPolicy,
  ClaimsProvider,
  type PolicyDecision,
  type PolicyQuestion,
} from '../../src/index.js';
import { TemporarilyUnavailableError } from '../../src/oauth/errors.js';
import { startService, type TestService } from '../support/app.js';
import { TestAccounts } from '../support/host.js';
import { OAuthTestClient } from '../support/oauth-client.js';

let away: 'accounts' | 'policy' | 'claims' | null = null;

const failWhile = (room: typeof away) => {
  if (away === room) throw new TemporarilyUnavailableError(`The ${room} are away.`);
};

@Injectable()
class AbsentPolicy extends AuthorizationPolicy {
  override async decide(question: PolicyQuestion): Promise<PolicyDecision> {
    failWhile('policy');
    return super.decide(question);
  }
}

@Injectable()
class AbsentClaims extends ClaimsProvider {
  override async accessToken(): Promise<Record<string, unknown>> {
    failWhile('claims');
    return { team: 'one' };
  }
}

describe('a host that is away while tokens are asked for', () => {
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    service = await startService({ policy: AbsentPolicy, claims: AbsentClaims });
    const accounts = service.application.get(TestAccounts);
    const find = accounts.find.bind(accounts);
    accounts.find = async (id) => {
      failWhile('accounts');
      return find(id);
    };
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    away = null;
    client = await new OAuthTestClient(service).register();
  });

  it.each(['accounts', 'policy', 'claims'] as const)(
    'burns no code: with the %s back, the same exchange succeeds (RFC 9110 §15.6.4)',
    async (room) => {
      const code = await client.code();
      const before = await service.snapshot();
      away = room;
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const refused = await client.exchange(code);
        expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
      }
      expect(await service.snapshot()).toEqual(before);
      away = null;
      expect((await client.exchange(code)).status).toBe(200);
    },
  );

  it.each(['accounts', 'policy', 'claims'] as const)(
    'burns no refresh token, however long the %s are away (RFC 9110 §15.6.4)',
    async (room) => {
      const { refresh_token: token } = await client.tokens();
      const before = await service.snapshot();
      away = room;
      for (let attempt = 0; attempt < 3; attempt += 1) {
        expect((await client.refresh(token)).status).toBe(503);
        service.clock.advance(600);
      }
      expect(await service.snapshot()).toEqual(before);
      away = null;
      const next = await client.refresh(token);
      expect(next.status).toBe(200);
      expect((await client.call(next.body.access_token)).status).toBe(200);
    },
  );
});
