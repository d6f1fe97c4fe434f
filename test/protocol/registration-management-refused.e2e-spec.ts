import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, AuditLog } from '../../src/index.js';
import { startService, type TestService } from '../support/app.js';
import type { Json } from '../support/oauth-client.js';
import { postgresUrl } from '../support/postgres.js';
import { ManagedRegistration, type ManagementRequest, METADATA } from '../support/registration.js';

const events: AuditEvent[] = [];

@Injectable()
class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

describe('registrations that clients manage (RFC 7592)', () => {
  let service: TestService;
  let managed: ManagedRegistration;

  beforeAll(async () => {
    service = await startService({ registrationManagement: true, audit: RecordingLog });
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    managed = await ManagedRegistration.of(service);
    events.length = 0;
  });

  const send = (...sent: Parameters<ManagedRegistration['send']>) => managed.send(...sent);
  const put = (...sent: Parameters<ManagedRegistration['put']>) => managed.put(...sent);
  const row = () => managed.row();

  describe('refuse, and change nothing for,', () => {
    const unauthorized = (challenge: string) => ({ status: 401, error: 'invalid_token', challenge });
    const WRONG = 'Bearer error="invalid_token"';
    let before: unknown;
    beforeEach(async () => {
      before = [await row(), await service.snapshot()];
    });
    const check = async (
      answer: Awaited<ReturnType<typeof send>>,
      expected: { status: number; error: string; challenge?: string },
    ) => {
      expect([answer.status, answer.body['error'], answer.headers.get('www-authenticate')]).toEqual([
        expected.status,
        expected.error,
        expected.challenge ?? null,
      ]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect([await row(), await service.snapshot()]).toEqual(before);
    };

    it.each<[string, ManagementRequest, { status: number; error: string; challenge?: string }]>([
      ['no token (RFC 6750 §3)', { token: null }, unauthorized('Bearer')],
      ['another scheme', { token: null, headers: { authorization: 'Basic eDp5' } }, unauthorized('Bearer')],
      [
        'a token bound to a key',
        { token: null, headers: { authorization: 'DPoP x' } },
        unauthorized('Bearer'),
      ],
      ['an empty token', { token: null, headers: { authorization: 'Bearer ' } }, unauthorized('Bearer')],
      ['another token', { token: 'x'.repeat(43) }, unauthorized(WRONG)],
      ['an unknown client (RFC 7592 §2.1)', { id: 'client_unknown', token: 'x' }, unauthorized(WRONG)],
      ['an id with a NUL', { id: '%00', token: 'x' }, unauthorized(WRONG)],
      ['an id that cannot be decoded', { id: '%zz' }, { status: 400, error: 'invalid_request' }],
      [
        'a token in the query (RFC 6750 §2.3)',
        { id: 'x?access_token=y', token: null },
        { status: 400, error: 'invalid_request' },
      ],
    ])('%s', async (_, more, expected) => {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const body =
          method === 'PUT' ? JSON.stringify({ client_id: managed.own.client_id, ...METADATA }) : undefined;
        await check(await send(method, { ...more, body }), expected);
      }
    });

    const bad = (error: string) => ({ status: 400, error });
    it.each<[string, Json | string, { status: number; error: string }]>([
      ['no client_id', { ...METADATA, client_id: undefined }, bad('invalid_request')],
      ['another client_id', { ...METADATA, client_id: 'other' }, bad('invalid_request')],
      ['a secret where there is none', { ...METADATA, client_secret: 'x' }, bad('invalid_request')],
      ['a secret that is a number', { ...METADATA, client_secret: 7 }, bad('invalid_request')],
      [
        'its registration_access_token',
        { ...METADATA, registration_access_token: 'x' },
        bad('invalid_request'),
      ],
      ['its registration_client_uri', { ...METADATA, registration_client_uri: 'x' }, bad('invalid_request')],
      ['its client_id_issued_at', { ...METADATA, client_id_issued_at: 1 }, bad('invalid_request')],
      ['its client_secret_expires_at', { ...METADATA, client_secret_expires_at: 0 }, bad('invalid_request')],
      ['no redirect_uris', { ...METADATA, redirect_uris: undefined }, bad('invalid_redirect_uri')],
      [
        'a bad redirect URI',
        { ...METADATA, redirect_uris: ['http://client.example/'] },
        bad('invalid_redirect_uri'),
      ],
      ['an unknown method', { ...METADATA, token_endpoint_auth_method: 'x' }, bad('invalid_client_metadata')],
      [
        'keys that are none',
        { ...METADATA, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{}] } },
        bad('invalid_client_metadata'),
      ],
      [
        'grant types without the code',
        { ...METADATA, grant_types: ['refresh_token'] },
        bad('invalid_client_metadata'),
      ],
      ['a name with a NUL', { ...METADATA, client_name: 'a\u0000' }, bad('invalid_client_metadata')],
      ['no object', '[]', bad('invalid_request')],
      ['null', 'null', bad('invalid_request')],
      ['no JSON', '{', bad('invalid_request')],
      ['more than 8 kB', { ...METADATA, x: 'x'.repeat(8_192) }, { status: 413, error: 'invalid_request' }],
    ])('an update with %s (RFC 7592 §2.2)', async (_, metadata, expected) => {
      const body =
        typeof metadata === 'string'
          ? metadata
          : JSON.stringify({ client_id: managed.own.client_id, ...metadata });
      await check(await send('PUT', { body }), expected);
      expect(events.filter(({ action }) => action === 'client.update')).toMatchObject([
        { outcome: 'refused', clientId: managed.own.client_id, detail: { error: expected.error } },
      ]);
    });

    it('an update that is no application/json', async () => {
      const headers = { 'content-type': 'text/plain' };
      await check(await put(METADATA, { headers }), bad('invalid_request'));
    });

    it('a client that is disabled, whatever it asks (RFC 7592 §2.1)', async () => {
      await service.clients.disable(managed.own.client_id);
      before = [await row(), await service.snapshot()];
      for (const method of ['GET', 'DELETE'])
        await check(await send(method), { status: 403, error: 'access_denied' });
      await check(await put(METADATA), { status: 403, error: 'access_denied' });
      expect(events.filter(({ outcome }) => outcome === 'refused').map(({ action }) => action)).toEqual([
        'client.read',
        'client.delete',
        'client.update',
      ]);
    });
  });

  it('end a token that is presented for another client, which keeps its own (RFC 7592 §2.1)', async () => {
    const { own: other } = await ManagedRegistration.of(service);
    const before = await row();
    for (const method of ['GET', 'DELETE']) {
      const answer = await send(method, { token: other.registration_access_token });
      expect([answer.status, answer.body['error']]).toEqual([401, 'invalid_token']);
    }
    expect(await row()).toEqual(before);
    expect((await send('GET')).status).toBe(200);
    const ended = await send('GET', { id: other.client_id, token: other.registration_access_token });
    expect(ended.status).toBe(401);
  });

  it('are not those of metadata documents, of options, or of an administrator', async () => {
    for (const source of ['document', 'static', 'administrator']) {
      await service.sql('UPDATE "oauthApplication" SET "source" = $2 WHERE "clientId" = $1', [
        managed.own.client_id,
        source,
      ]);
      const before = await row();
      for (const method of ['GET', 'DELETE']) expect((await send(method)).status).toBe(401);
      expect((await put(METADATA)).status).toBe(401);
      expect(await row()).toEqual(before);
    }
  });

  it('count as registrations when they are replaced', async () => {
    const limited = await startService({ registrationManagement: true, rateLimit: true });
    managed = await ManagedRegistration.of(limited);
    for (let round = 0; round < 29; round += 1) managed.own = (await put(METADATA, { at: limited })).body;
    expect((await put(METADATA, { at: limited })).status).toBe(429);
    expect((await send('GET', { at: limited })).status).toBe(200);
    await limited.close();
  });

  it.skipIf(!postgresUrl)(
    'are read and deleted, and not replaced, where registration is turned off',
    async () => {
      const closed = await startService({
        instanceOf: service,
        registration: 'off',
        registrationManagement: true,
      });
      expect((await send('GET', { at: closed })).status).toBe(200);
      const refused = await put(METADATA, { at: closed });
      expect([refused.status, refused.body['error']]).toEqual([403, 'access_denied']);
      expect((await send('DELETE', { at: closed })).status).toBe(204);
      await closed.close();
    },
  );

  it('are nobody’s to manage by default: there is no token, and the path is the host’s', async () => {
    const plain = await startService();
    const { client } = await ManagedRegistration.of(plain);
    expect(Object.keys(client.credentials)).not.toContain('registration_access_token');
    expect(Object.keys(client.credentials)).not.toContain('registration_client_uri');
    const answer = await fetch(`${plain.issuer}/register/${client.credentials.client_id}`);
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([404, null]);
    await plain.close();
  });
});
