import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DefaultRateLimiter } from '../../src/host/default-rate-limiter.js';
import {
  type AuditEvent,
  AuditLog,
  AuthorizationPolicy,
  type PolicyDecision,
  type PolicyQuestion,
} from '../../src/index.js';
import { startService, type TestService } from '../support/app.js';
import { DEVICE_GRANT, DeviceClient } from '../support/device.js';

const events: AuditEvent[] = [];
const questions: PolicyQuestion[] = [];
let decision: PolicyDecision | null = null;

class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

@Injectable()
class Policy extends AuthorizationPolicy {
  override async decide(question: PolicyQuestion): Promise<PolicyDecision> {
    questions.push(question);
    return decision ?? super.decide(question);
  }
}

type Fields = Record<string, string | string[] | undefined>;

describe('what a device asks that is not right (RFC 8628 §3.1)', () => {
  let service: TestService;
  let client: DeviceClient;
  beforeAll(async () => {
    service = await startService({ deviceAuthorization: true, audit: RecordingLog, policy: Policy });
    client = await new DeviceClient(service).register();
  });
  afterAll(() => service.close());
  beforeEach(() => {
    decision = null;
    events.length = 0;
    questions.length = 0;
  });

  const unchanged = async <T>(work: () => Promise<T>): Promise<T> => {
    const before = await service.snapshot();
    const answer = await work();
    expect(await service.snapshot()).toEqual(before);
    return answer;
  };

  it.each<[string, Fields, string, number]>([
    ['no client', { client_id: undefined }, 'invalid_client', 401],
    ['an unknown client', { client_id: 'nobody' }, 'invalid_client', 401],
    ['a secret of a client without', { client_secret: 'x' }, 'invalid_client', 401],
    ['two clients', { client_id: ['a', 'b'] }, 'invalid_request', 400],
    ['a resource that nobody serves', { resource: 'https://other.example/mcp' }, 'invalid_target', 400],
    ['two resources', { resource: ['https://a.example/', 'https://b.example/'] }, 'invalid_target', 400],
    ['a scope that nobody knows', { scope: 'nobody:knows' }, 'invalid_scope', 400],
    ['two scopes', { scope: ['notes:read', 'notes:write'] }, 'invalid_request', 400],
    ['a NUL', { scope: 'a\0' }, 'invalid_request', 400],
  ])('is refused, and nothing is stored: %s', async (_, fields, error, code) => {
    const { status, body } = await unchanged(() => client.ask(fields));
    expect([status, body['error']]).toEqual([code, error]);
  });

  it('is refused of a client that has not asked for the grant type, at both endpoints', async () => {
    const other = await new DeviceClient(service).register({ grant_types: undefined });
    expect(other.credentials).toMatchObject({ grant_types: ['authorization_code', 'refresh_token'] });
    const { status, body } = await unchanged(() => other.ask());
    expect([status, body['error']]).toEqual([400, 'unauthorized_client']);
    const { device_code: deviceCode } = await client.codes();
    expect((await unchanged(() => other.poll(deviceCode))).body.error).toBe('unauthorized_client');
  });

  it('is refused of a client that does not prove itself', async () => {
    const known = await new DeviceClient(service).register({
      token_endpoint_auth_method: 'client_secret_post',
    });
    expect((await unchanged(() => known.ask({ client_secret: 'wrong' }))).body['error']).toBe(
      'invalid_client',
    );
    expect((await known.ask()).status).toBe(200);
  });

  it.each<[string, Fields, string]>([
    ['no device code', { device_code: undefined }, 'invalid_request'],
    ['two device codes', { device_code: ['a', 'b'] }, 'invalid_request'],
    ['a code that nobody has', { device_code: 'x'.repeat(43) }, 'invalid_grant'],
    ['a code of 10,000 characters', { device_code: 'x'.repeat(10_000) }, 'invalid_grant'],
    ['a resource that nobody serves', { resource: 'https://other.example/mcp' }, 'invalid_target'],
    ['another resource', { resource: 'SECOND' }, 'invalid_target'],
  ])('issues nothing for %s, and the right request works afterwards', async (_, fields, error) => {
    const deviceCode = await client.allowed();
    const sent = fields['resource'] === 'SECOND' ? { resource: service.secondResource } : fields;
    const { status, body } = await unchanged(() => client.poll(deviceCode, sent));
    expect([status, body.error]).toEqual([400, error]);
    expect((await client.poll(deviceCode)).status).toBe(200);
  });

  it('issues nothing to another client, whose polls slow nobody down', async () => {
    const other = await new DeviceClient(service).register();
    const { device_code: waiting } = await client.codes();
    expect((await other.poll(waiting)).body.error).toBe('invalid_grant');
    expect((await client.poll(waiting)).body.error).toBe('authorization_pending');
    const deviceCode = await client.allowed();
    expect((await unchanged(() => other.poll(deviceCode))).body.error).toBe('invalid_grant');
    expect((await client.poll(deviceCode)).status).toBe(200);
  });

  it('redeems no device code as a code, and no code as a device code', async () => {
    const deviceCode = await client.allowed();
    const asCode = await unchanged(() => client.exchange(deviceCode));
    expect(asCode.body.error).toBe('invalid_grant');
    const challenge = await unchanged(() => client.exchange(deviceCode, { code_verifier: DEVICE_GRANT }));
    expect(challenge.body.error).toBe('invalid_request');
    expect((await client.poll(deviceCode)).status).toBe(200);
    const code = await client.code();
    expect((await unchanged(() => client.poll(code))).body.error).toBe('invalid_grant');
    expect((await client.exchange(code)).status).toBe(200);
  });

  it.each([
    ['nothing', ''],
    ['what is no code', 'hello'],
    ['letters that no code has', 'AEIO-UAEI'],
    ['a code that nobody has', 'BCDF-GHJK'],
    ['markup', '"><script>alert(1)</script>'],
    ['1,000 letters', 'B'.repeat(1_000)],
  ])('asks again for a code, and stores nothing, when somebody types %s', async (_, typed) => {
    const page = await unchanged(() => client.enter(typed));
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
    expect(page.body).toContain('This code is not known');
    expect(page.body).not.toContain('<script');
  });

  it('opens no code for a form of another page, which would spare the person the question', async () => {
    const { user_code: code } = await client.codes();
    const page = await client.browser.get(`${service.issuer}/device`);
    for (const csrf of ['', 'x', 'a'.repeat(43)]) {
      const sent = await unchanged(() =>
        client.browser.submit(page, undefined, () => [
          ['csrf', csrf],
          ['user_code', code],
        ]),
      );
      expect([sent.status, sent.headers.get('location')]).toEqual([400, null]);
      expect(sent.body).toContain(`value="${code}"`);
    }
    const other = new DeviceClient(service);
    await other.enter(code);
    const elsewhere = await unchanged(() => other.browser.submit(page, undefined, (fields) => fields));
    expect(elsewhere.status).toBe(400);
  });

  it('opens no code of a client that is disabled by now', async () => {
    const other = await new DeviceClient(service).register();
    const { device_code: deviceCode, user_code: code } = await other.codes();
    const page = await other.toQuestion(code);
    await service.clients.disable(other.credentials.client_id);
    expect((await unchanged(() => other.enter(code))).status).toBe(400);
    expect((await other.allow(page)).status).toBe(400);
    expect((await other.poll(deviceCode)).body.error).toBe('invalid_client');
  });

  it('takes no answer from another browser, or of a page of somebody else (RFC 9700 §4.7)', async () => {
    const { device_code: deviceCode, user_code: code } = await client.codes();
    const page = await client.toQuestion(code);
    const other = new DeviceClient(service);
    other.credentials = client.credentials;
    await other.toQuestion((await client.codes()).user_code, 'bob');
    const stolen = await unchanged(() =>
      other.browser.submit(page, ['decision', 'approve'], (fields) => [...fields, ['device', 'mine']]),
    );
    expect(stolen.status).toBe(400);
    expect((await client.poll(deviceCode)).body.error).toBe('authorization_pending');
  });

  it('asks the policy as a browser would, of a place that is no redirect URI', async () => {
    decision = { outcome: 'denied', reason: 'a rule', message: 'Ask your team.' };
    const { device_code: deviceCode, user_code: code } = await client.codes();
    const page = await client.toQuestion(code);
    expect(page.body).toContain('Ask your team.');
    expect(questions.at(-1)).toMatchObject({ redirectUri: DEVICE_GRANT, at: 'authorization' });
    const forced = await unchanged(() =>
      client.browser.submit(page, ['decision', 'approve'], (fields) => [...fields, ['device', 'mine']]),
    );
    expect(forced.headers.get('location')).toBeNull();
    await client.deny(page);
    expect((await client.poll(deviceCode)).body.error).toBe('access_denied');
  });

  it('asks also where the policy trusts the client', async () => {
    decision = { outcome: 'allowed', scopes: ['notes:read'], reason: 'a rule', trusted: true };
    const { user_code: code } = await client.codes();
    expect((await client.toQuestion(code)).body).toContain('is in front of me');
  });

  it('records what is asked, entered, answered and issued, and no code; to ask again is no event', async () => {
    const { device_code: deviceCode, user_code: code } = await client.codes();
    await client.poll(deviceCode);
    await client.enter('BCDF-GHJK');
    await client.allow(await client.toQuestion(code));
    await client.poll(deviceCode);
    const { client_id: clientId } = client.credentials;
    const told = events.filter(({ action }) => action !== 'policy.decide');
    expect(told).toMatchObject([
      { action: 'device.authorize', outcome: 'success', clientId, detail: { scopes: ['notes:read'] } },
      { action: 'device.enter', outcome: 'refused', detail: { error: 'invalid_request' } },
      { action: 'device.enter', outcome: 'success', clientId },
      {
        action: 'consent',
        outcome: 'success',
        clientId,
        userId: 'alice',
        detail: { redirectUri: DEVICE_GRANT },
      },
      { action: 'token.issue', outcome: 'success', clientId, detail: { grantType: DEVICE_GRANT } },
    ]);
    for (const secret of [deviceCode, code, code.replace('-', '')])
      expect(JSON.stringify(events)).not.toContain(secret);
  });

  it('forgets the oldest of more than 100,000 devices that nobody has answered', async () => {
    await service.sql('DELETE FROM "oauthDeviceCode"');
    await service.sql(
      `INSERT INTO "oauthDeviceCode" ("hash", "userCodeHash", "clientId", "resource", "scopes", "createdAt", "expiresAt",
         "interval")
       SELECT 'flood ' || n, n, '', '', '{}', $1, $1::timestamptz + make_interval(secs => n / 1000.0), 5
       FROM generate_series(1, 100002) n`,
      [new Date(service.clock.now() + 60_000)],
    );
    await service.prune();
    expect((await service.snapshot())['oauthDeviceCode']).toBe(100_000);
    expect(
      await service.sql(`SELECT 1 FROM "oauthDeviceCode" WHERE "hash" IN ('flood 1', 'flood 2')`),
    ).toEqual([]);
    await service.sql('DELETE FROM "oauthDeviceCode"');
  });
});

describe('who tries codes of devices (RFC 8628 §5.1)', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({
      deviceAuthorization: true,
      rateLimit: true,
      rateLimiter: DefaultRateLimiter,
    });
  });
  afterAll(() => service.close());

  it('has ten tries a minute from one address, and a right code is taken all the same', async () => {
    const client = await new DeviceClient(service).register();
    const { user_code: code } = await client.codes();
    const tried = [];
    for (let round = 0; round < 11; round += 1) tried.push((await client.enter('BCDF-GHJK')).status);
    expect(tried).toEqual([...Array.from({ length: 10 }, () => 400), 429]);
    expect((await client.enter(code)).status).toBe(303);
  });

  it('polls as long as it likes, at its pace', async () => {
    const client = await new DeviceClient(service).register();
    const { device_code: deviceCode } = await client.codes();
    for (let round = 0; round < 80; round += 1) {
      service.clock.advance(5);
      expect((await client.poll(deviceCode)).body.error).toBe('authorization_pending');
    }
  });
});
