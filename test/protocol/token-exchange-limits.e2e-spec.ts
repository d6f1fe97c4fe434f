import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RateLimitedRequest, RateLimiter } from '../../src/index.js';
import { startService, type TestService } from '../support/app.js';
import { DELEGATIONS, delegatingServers } from '../support/delegation.js';
import { OAuthTestClient } from '../support/oauth-client.js';
import { allow, deny, testPolicy } from '../support/policy.js';

const counted: RateLimitedRequest[] = [];
class CountingLimiter extends RateLimiter {
  async consume(request: RateLimitedRequest) {
    counted.push(request);
    return { allowed: true } as const;
  }
}

describe('what counts as a failure of a server that exchanges tokens', () => {
  const rules = testPolicy();
  let service: TestService;
  let servers: ReturnType<typeof delegatingServers>;

  beforeAll(async () => {
    rules.stored.rule = (question) => (question.actor ? deny(question) : allow('notes:read')(question));
    service = await startService({
      ...DELEGATIONS,
      policy: rules.policy,
      rateLimit: true,
      rateLimiter: CountingLimiter,
    });
    servers = delegatingServers(service);
  });
  afterAll(() => service.close());

  let subject: string;
  beforeEach(async () => {
    ({ access_token: subject } = await (await new OAuthTestClient(service).register()).tokens());
    counted.length = 0;
  });
  const ask = async (token: string) => {
    const { body } = await servers.notes.exchangeToken(token, { resource: service.secondResource });
    return body.error;
  };

  it('is neither a token that has ended nor a person who may not: those are of many people', async () => {
    expect(await ask(subject)).toBe('invalid_target');
    await service.revocations.revokeGrant(String(decodeJwt(subject)['grant_id']));
    expect(await ask(subject)).toBe('invalid_request');
    expect(counted).toEqual([]);
  });

  it('is what never was a token (RFC 6585 §4)', async () => {
    expect(await ask('nonsense')).toBe('invalid_request');
    expect(counted).toMatchObject([
      {
        endpoint: 'token',
        clientId: 'notes-server',
        grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
      },
    ]);
  });
});
