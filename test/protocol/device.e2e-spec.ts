import { decodeJwt } from 'jose';
import { McpConnections } from '../../src/index.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgresUrl, startReplicas, startService, type TestService } from '../support/app.js';
import { DEVICE_GRANT, DeviceClient } from '../support/device.js';
import { ProofKey } from '../support/dpop.js';
import { type Json, OAuthTestClient } from '../support/oauth-client.js';

const USER_CODE = /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/;

describe('devices without a browser (RFC 8628)', () => {
  let service: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let client: DeviceClient;
  beforeAll(async () => {
    ({ first: service, second, close } = await startReplicas({ deviceAuthorization: true }));
  });
  afterAll(() => close());
  beforeEach(async () => {
    client = await new DeviceClient(service).register();
  });

  const answered = (page: { headers: Headers }) => page.headers.get('location') ?? '';
  const errorOf = async (deviceCode: string, at = service) =>
    (await client.poll(deviceCode, {}, { service: at })).body.error;

  it('has its endpoint and its grant type in the metadata (RFC 8628 §4)', async () => {
    const answer = await fetch(client.at('/.well-known/oauth-authorization-server'));
    const metadata = (await answer.json()) as Json;
    expect(metadata['device_authorization_endpoint']).toBe(`${service.issuer}/device_authorization`);
    expect(metadata['grant_types_supported']).toContain(DEVICE_GRANT);
  });

  it('answers two codes, a short one in an unambiguous alphabet, and where to enter it (RFC 8628 §3.2)', async () => {
    const { status, headers, body } = await client.ask();
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(body).toEqual({
      device_code: expect.stringMatching(/^[\w-]{43}$/) as unknown,
      user_code: expect.stringMatching(USER_CODE) as unknown,
      verification_uri: `${service.issuer}/device`,
      verification_uri_complete: `${service.issuer}/device?user_code=${body.user_code}`,
      expires_in: 600,
      interval: 5,
    });
  });

  it('stores neither code readable', async () => {
    const codes = await client.codes();
    await client.toQuestion(codes.user_code);
    const rows = await service.sql('SELECT * FROM "oauthDeviceCode"');
    const interactions = await service.sql('SELECT * FROM "oauthInteraction"');
    const stored = JSON.stringify([rows, interactions]);
    for (const secret of [codes.device_code, codes.user_code, codes.user_code.replace('-', '')])
      expect(stored).not.toContain(secret);
  });

  it('gives the device tokens for the person who said yes, and lists it among their connections (RFC 8628 §3.5)', async () => {
    const { device_code: deviceCode, user_code: userCode } = await client.codes({
      scope: 'notes:read notes:write',
    });
    expect(await errorOf(deviceCode)).toBe('authorization_pending');
    const done = await client.allow(await client.toQuestion(userCode));
    expect((await client.follow(done)).body).toContain('Go back to your device');
    const { status, body } = await client.poll(deviceCode, {}, { service: second });
    expect([status, body.scope, body['token_type']]).toEqual([200, 'notes:read notes:write', 'Bearer']);
    expect(decodeJwt(body.access_token)).toMatchObject({ aud: service.resource, sub: 'alice' });
    expect((await client.call(body.access_token)).status).toBe(200);
    const refreshed = await client.refresh(body.refresh_token);
    expect(refreshed.status).toBe(200);
    const connections = service.application.get(McpConnections);
    const [mine] = (await connections.ofUser('alice')).filter(
      ({ clientId }) => clientId === client.credentials.client_id,
    );
    expect(mine).toMatchObject({ redirectUri: DEVICE_GRANT, resource: service.resource });
    await connections.end('alice', mine?.grantId ?? '');
    expect((await client.refresh(refreshed.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('gives an id_token with openid, as a browser would get it', async () => {
    const { body } = await client.poll(await client.allowed({ scope: 'notes:read openid' }));
    expect(decodeJwt(String(body['id_token']))).toMatchObject({
      sub: 'alice',
      aud: client.credentials.client_id,
    });
  });

  it('takes a code however it is typed (RFC 8628 §6.1)', async () => {
    const { user_code: code } = await client.codes();
    for (const typed of [code.toLowerCase(), code.replace('-', ''), ` ${code.replace('-', ' – ')} `])
      expect((await client.enter(typed)).status).toBe(303);
  });

  it('never does anything by GET: a link with the code asks, and its page decides nothing (RFC 8628 §3.3.1)', async () => {
    const codes = await client.codes();
    const before = await service.snapshot();
    const page = await client.browser.get(codes.verification_uri_complete);
    expect(page.status).toBe(200);
    expect(page.body).toContain(`value="${codes.user_code}"`);
    expect(page.body).toContain('Is this the code that your device shows?');
    expect(page.body).not.toContain('Test client');
    expect(await service.snapshot()).toEqual(before);
    const question = await client.signIn(await client.follow(await client.browser.submit(page)));
    await client.browser.get(question.url);
    expect(await errorOf(codes.device_code)).toBe('authorization_pending');
    expect(
      await service.sql(`SELECT 1 FROM "oauthGrant" WHERE "clientId" = $1`, [client.credentials.client_id]),
    ).toEqual([]);
  });

  it('tells the person who asks, from where, since when and for what, and warns them (RFC 8628 §5.4)', async () => {
    const { user_code: code } = await client.codes();
    const { body } = await client.toQuestion(code);
    for (const told of [
      'Test client',
      'Not verified',
      'Notes',
      'Read your notes',
      code,
      '127.0.0.1',
      'report-cli/1.0',
      new Date(service.clock.now()).toISOString().slice(0, 16).replace('T', ' '),
      'Did somebody send you this code or link?',
      'is in front of me',
      'Alice Archer',
    ])
      expect(body).toContain(told);
  });

  it('needs the word of the person that the device is in front of them, and each scope ticked that it may have', async () => {
    const { device_code: deviceCode, user_code: code } = await client.codes({
      scope: 'notes:read notes:write',
    });
    const page = await client.toQuestion(code);
    expect(page.body).not.toMatch(/name="device"[^>]*checked/);
    const before = await service.snapshot();
    const refused = await client.approve(page);
    expect(refused.status).toBe(400);
    expect(refused.body).toContain('Say that the device is in front of you');
    expect(await service.snapshot()).toEqual(before);
    expect(await errorOf(deviceCode)).toBe('authorization_pending');
    const answer = await client.browser.submit(refused, ['decision', 'approve'], (fields) => [
      ...fields.filter(([, value]) => value !== 'notes:write'),
      ['device', 'mine'],
    ]);
    expect(answered(answer)).toMatch(/\/device\/allowed$/);
    expect((await client.poll(deviceCode)).body.scope).toBe('notes:read');
  });

  it('asks every time, whatever was allowed before', async () => {
    await client.poll(await client.allowed());
    const { user_code: code } = await client.codes();
    const page = await client.toQuestion(code);
    expect(page.status).toBe(200);
    expect(page.body).toContain('is in front of me');
    expect(page.body).not.toContain('Continue as');
  });

  it('says access_denied to the device when the person says no (RFC 8628 §3.5)', async () => {
    const { device_code: deviceCode, user_code: code } = await client.codes();
    const answer = await client.deny(await client.toQuestion(code));
    expect((await client.follow(answer)).body).toContain('You have denied it');
    const { status, body } = await client.poll(deviceCode);
    expect([status, body.error]).toEqual([400, 'access_denied']);
    expect((await client.enter(code)).status).toBe(400);
  });

  it('says expired_token when nobody answers in time, and the code opens nothing then (RFC 8628 §3.5)', async () => {
    const { device_code: deviceCode, user_code: code } = await client.codes();
    const page = await client.toQuestion(code);
    service.clock.advance(600);
    expect((await client.enter(code)).status).toBe(400);
    expect((await client.allow(page)).status).toBe(400);
    await service.prune();
    expect(await errorOf(deviceCode)).toBe('expired_token');
    service.clock.advance(601);
    await service.prune();
    expect(await errorOf(deviceCode)).toBe('invalid_grant');
    expect((await service.snapshot())['oauthDeviceCode']).toBe(0);
  });

  it('says slow_down to a device that asks too often, on any instance, and slows it for good (RFC 8628 §3.5)', async () => {
    const { device_code: deviceCode } = await client.codes();
    const after = async (seconds: number, at = service) => {
      service.clock.advance(seconds);
      return errorOf(deviceCode, at);
    };
    expect(await after(0)).toBe('authorization_pending');
    expect(await after(5, second)).toBe('authorization_pending');
    expect(await after(4)).toBe('slow_down');
    expect(await after(6, second)).toBe('slow_down');
    expect(await after(15)).toBe('authorization_pending');
    expect(await after(14, second)).toBe('slow_down');
    expect(await after(20)).toBe('authorization_pending');
  });

  it('gives tokens once, and ends the grant when the code comes again (RFC 9700 §4.5.2)', async () => {
    const deviceCode = await client.allowed();
    const { body } = await client.poll(deviceCode);
    expect((await client.poll(deviceCode)).body.error).toBe('invalid_grant');
    expect((await client.refresh(body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('binds the tokens to the key that the device proves when it asks (RFC 9449 §5)', async () => {
    const deviceCode = await client.allowed();
    const key = await ProofKey.make();
    const url = `${service.issuer}/token`;
    const dpop = await key.proof({ url, now: service.clock.now() });
    const { body } = await client.poll(deviceCode, {}, { headers: { dpop } });
    expect(body['token_type']).toBe('DPoP');
    expect(decodeJwt(body.access_token)['cnf']).toEqual({ jkt: key.thumbprint });
    expect((await client.refresh(body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('ends with what the person may do: somebody who is disabled meanwhile gets the device nothing', async () => {
    const deviceCode = await client.allowed({}, 'bob');
    service.accounts.disable('bob');
    expect(await errorOf(deviceCode)).toBe('invalid_grant');
    service.accounts.enable('bob');
    expect(await errorOf(deviceCode)).toBe('invalid_grant');
  });

  it.skipIf(!postgresUrl)('costs one statement a poll, and two that bring tokens', async () => {
    const cost = async (deviceCodes: readonly string[]) => {
      const spent: number[] = [];
      for (const deviceCode of deviceCodes) {
        const before = service.statements();
        await client.poll(deviceCode);
        spent.push(service.statements() - before);
      }
      return Math.min(...spent);
    };
    const pending = [];
    const allowed = [];
    for (let round = 0; round < 5; round += 1) {
      pending.push((await client.codes()).device_code);
      allowed.push(await client.allowed());
    }
    expect(await cost(pending)).toBe(1);
    expect(await cost(allowed)).toBe(2);
  });
});

describe('where devices are not asked for', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  it('has no endpoint, no page, no metadata and no grant type, and leaves the paths to the host', async () => {
    const client = await new OAuthTestClient(service).register({
      grant_types: ['authorization_code', DEVICE_GRANT],
    });
    expect(client.credentials).toMatchObject({ grant_types: ['authorization_code'] });
    for (const path of ['/device', '/device/allowed'])
      expect((await fetch(client.at(path))).status).toBe(404);
    expect((await fetch(client.at('/device_authorization'), { method: 'POST' })).status).toBe(404);
    const answer = await fetch(client.at('/.well-known/oauth-authorization-server'));
    const metadata = (await answer.json()) as Json;
    expect(metadata).not.toHaveProperty('device_authorization_endpoint');
    expect(metadata['grant_types_supported']).not.toContain(DEVICE_GRANT);
    const { body } = await client.token({
      grant_type: DEVICE_GRANT,
      device_code: 'x',
      ...client.credentials,
    });
    expect(body.error).toBe('unsupported_grant_type');
  });
});
