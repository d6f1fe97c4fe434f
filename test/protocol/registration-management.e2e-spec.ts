import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, AuditLog, AuthorizationPolicy } from '../../src/index.js';
import { startReplicas, type TestService } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { type Json, OAuthTestClient, redirectParameters } from '../support/oauth-client.js';
import { postgresUrl } from '../support/postgres.js';
import { ManagedRegistration, METADATA, type Registered } from '../support/registration.js';

const events: AuditEvent[] = [];
const forgotten: string[] = [];
let failing = false;

@Injectable()
class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

@Injectable()
class ForgettingPolicy extends AuthorizationPolicy {
  override async forgetClient(clientId: string): Promise<void> {
    if (failing)
      throw Object.assign(new Error('The database of the policy is away.'), { code: 'ECONNREFUSED' });
    forgotten.push(clientId);
  }
}

describe('registrations that clients manage (RFC 7592)', () => {
  let service: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let client: OAuthTestClient;
  let managed: ManagedRegistration;

  beforeAll(async () => {
    ({
      first: service,
      second,
      close,
    } = await startReplicas({
      registrationManagement: true,
      issuerPath: '/auth',
      audit: RecordingLog,
      policy: ForgettingPolicy,
    }));
  });
  afterAll(() => close());
  beforeEach(async () => {
    managed = await ManagedRegistration.of(service);
    ({ client } = managed);
    events.length = 0;
    forgotten.length = 0;
    failing = false;
  });

  const send = (...sent: Parameters<ManagedRegistration['send']>) => managed.send(...sent);
  const put = (...sent: Parameters<ManagedRegistration['put']>) => managed.put(...sent);
  const row = () => managed.row();

  it('come with a token and the place where it is good, below the path of the issuer (RFC 7592 §3)', async () => {
    expect(managed.own.registration_access_token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(managed.own.registration_client_uri).toBe(`${service.issuer}/register/${managed.own.client_id}`);
    expect(JSON.stringify(await row())).not.toContain(managed.own.registration_access_token);
  });

  it('are read as they are registered, as often as one likes, never with the secret (RFC 7592 §2.1)', async () => {
    const confidential = await new OAuthTestClient(service).register({
      token_endpoint_auth_method: 'client_secret_basic',
      client_uri: 'https://client.example/',
      scope: 'notes:read',
      application_type: 'web',
      contacts: ['ops@client.example'],
    });
    managed.own = confidential.credentials as Registered;
    for (let round = 0; round < 2; round += 1) {
      const { status, headers, body } = await send('GET');
      expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
      const { client_secret: shownOnce, ...rest } = managed.own;
      expect(shownOnce).toBeDefined();
      expect(body).toEqual(rest);
    }
    const browser = await fetch(
      managed.own.registration_client_uri.replace(new URL(service.issuer).origin, service.origin),
      {
        method: 'OPTIONS',
      },
    );
    expect(browser.headers.get('access-control-allow-methods')).toContain('PUT');
  });

  it('are replaced as a whole: what is left out is gone, and the token is a new one (RFC 7592 §2.2)', async () => {
    await put({ ...METADATA, client_uri: 'https://client.example/', contacts: ['a@client.example'] }).then(
      ({ body }) => (managed.own = body),
    );
    const { status, headers, body } = await put(METADATA);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(body).toMatchObject({ client_id: managed.own.client_id, ...METADATA });
    expect(body).not.toHaveProperty('client_uri');
    expect(body).not.toHaveProperty('contacts');
    expect(body.registration_access_token).not.toBe(managed.own.registration_access_token);
    expect((await send('GET')).status).toBe(401);
    const { status: read, body: seen } = await send('GET', { token: body.registration_access_token });
    expect([read, seen]).toEqual([200, { ...body, application_type: 'native' }]);
    expect(events.filter(({ action }) => action === 'client.update')).toMatchObject([
      { outcome: 'success', clientId: managed.own.client_id },
      { outcome: 'success', clientId: managed.own.client_id, detail: { name: 'Test client', grants: 0 } },
    ]);
  });

  it.each<[string, Json]>([
    ['the redirect URIs', { redirect_uris: [...METADATA.redirect_uris, 'https://client.example/other'] }],
    ['the name', { client_name: 'Another client' }],
    ['the grant types', { grant_types: ['authorization_code'] }],
    ['the method', { token_endpoint_auth_method: 'client_secret_post' }],
    ['the keys', { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://client.example/jwks' }],
    ['the home page', { client_uri: 'https://client.example/' }],
    ['the icon', { logo_uri: 'https://client.example/icon.png' }],
  ])('end every grant, consent and approval where they change %s (RFC 7592 §5)', async (_, change) => {
    const tokens = await client.tokens();
    const code = redirectParameters(await client.authorize({ prompt: 'none' })).get('code') ?? '';
    const [{ id: root } = { id: '' }] = await service.sql<{ id: string }>(
      `SELECT "id" FROM "oauthGrant" WHERE "clientId" = $1 ORDER BY "createdAt" LIMIT 1`,
      [managed.own.client_id],
    );
    const other = await new OAuthTestClient(service).register();
    const child = randomUUID();
    await service.sql(
      `INSERT INTO "oauthGrant" ("id", "kind", "clientId", "userId", "resource", "scopes", "refreshable", "authenticatedAt",
        "createdAt", "expiresAt", "rootGrantId", "parentGrantId")
       SELECT $1, 'delegated', $3, "userId", "resource", "scopes", true, "authenticatedAt", "createdAt", "expiresAt", "id",
         "id" FROM "oauthGrant" WHERE "id" = $2`,
      [child, root, other.credentials.client_id],
    );
    const { status } = await put({ ...METADATA, ...change });
    expect([status, await managed.living()]).toEqual([200, 0]);
    const [{ revokedAt } = { revokedAt: null }] = await service.sql<{ revokedAt: Date | null }>(
      `SELECT "revokedAt" FROM "oauthGrant" WHERE "id" = $1`,
      [child],
    );
    expect(revokedAt).not.toBeNull();
    expect(
      await service.sql('SELECT 1 FROM "oauthConsent" WHERE "clientId" = $1', [managed.own.client_id]),
    ).toEqual([]);
    expect(new Set(forgotten)).toEqual(new Set([managed.own.client_id]));
    for (const at of [service, second])
      await eventually(async () => (await client.call(tokens.access_token, undefined, at)).status === 401);
    for (const answer of [await client.refresh(tokens.refresh_token), await client.exchange(code)])
      expect([400, 401]).toContain(answer.status);
    expect(redirectParameters(await client.authorize({ prompt: 'none' })).get('error')).toBe(
      'consent_required',
    );
  });

  it('end nothing where they say the same again', async () => {
    const tokens = await client.tokens();
    expect((await put({ ...METADATA, contacts: ['b@client.example'] })).status).toBe(200);
    expect(await managed.living()).toBe(1);
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('end a page that waits for an answer, whose redirect URI is the client’s no more (RFC 7592 §5)', async () => {
    const page = await client.toConsent();
    await put({ ...METADATA, redirect_uris: ['https://other.example/callback'] });
    const answer = await client.approve(page);
    expect([answer.status, answer.headers.get('location'), await managed.living()]).toEqual([400, null, 0]);
  });

  it('are known to the other replica', async () => {
    const authorize = async (redirect: string) =>
      await fetch(
        client.at(
          `/authorize?${new URLSearchParams({ client_id: managed.own.client_id, redirect_uri: redirect })}`,
          second,
        ),
        {
          redirect: 'manual',
        },
      );
    expect((await authorize('https://other.example/callback')).status).toBe(400);
    const assertion = { token: 'x', client_id: managed.own.client_id };
    const revoke = () =>
      fetch(client.at('/revoke', second), { method: 'POST', body: new URLSearchParams(assertion) });
    expect((await revoke()).status).toBe(200);
    await put({ ...METADATA, token_endpoint_auth_method: 'client_secret_post' });
    await eventually(async () => (await revoke()).status === 401);
  });

  it('keep their secret, show a new one where one is needed, and end it where none is (RFC 7592 §2.2)', async () => {
    const first = await put({ ...METADATA, token_endpoint_auth_method: 'client_secret_post' });
    const secret = first.body.client_secret ?? '';
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(first.body['client_secret_expires_at']).toBe(0);
    managed.own = first.body;
    const proves = async () => {
      client.credentials = { client_id: managed.own.client_id, client_secret: secret };
      return (await client.exchange('x')).body.error;
    };
    expect(await proves()).toBe('invalid_grant');
    const kept = await put({ ...METADATA, token_endpoint_auth_method: 'client_secret_basic' });
    expect(kept.body).not.toHaveProperty('client_secret');
    managed.own = kept.body;
    const sent = await put({
      ...METADATA,
      token_endpoint_auth_method: 'client_secret_post',
      client_secret: secret,
    });
    expect(sent.body.client_secret).toBe(secret);
    managed.own = sent.body;
    expect(await proves()).toBe('invalid_grant');
    const ended = await put(METADATA);
    expect(ended.body).not.toHaveProperty('client_secret_expires_at');
    expect((await row())?.['clientSecret']).toBeNull();
  });

  it('are deleted with all that they have (RFC 7592 §2.3)', async () => {
    const tokens = await client.tokens();
    const { status, headers } = await send('DELETE');
    expect([status, headers.get('cache-control'), await row()]).toEqual([204, 'no-store', undefined]);
    for (const at of [service, second]) {
      await eventually(async () => (await client.call(tokens.access_token, undefined, at)).status === 401);
      await eventually(async () => (await client.refresh(tokens.refresh_token, {}, at)).status === 401);
    }
    expect((await client.authorize()).status).toBe(400);
    expect((await send('GET')).status).toBe(401);
    expect(events.filter(({ action }) => action === 'client.delete')).toMatchObject([
      { outcome: 'success', clientId: managed.own.client_id, detail: { grants: 1 } },
    ]);
    expect(forgotten).toContain(managed.own.client_id);
  });

  it.skipIf(!postgresUrl)(
    'are replaced by one of ten that race on two instances (RFC 7592 §2.2)',
    async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          put({ ...METADATA, client_name: `Number ${index}` }, { at: index % 2 ? second : service }),
        ),
      );
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
        200,
        ...Array.from({ length: 9 }, () => 401),
      ]);
      const won = answers.find(({ status }) => status === 200);
      expect((await row())?.['name']).toBe(won?.body['client_name']);
      expect((await send('GET', { token: won?.body.registration_access_token })).status).toBe(200);
    },
  );

  it('stay as they are while what was agreed to cannot be forgotten', async () => {
    failing = true;
    const before = await row();
    const refused = await put({ ...METADATA, client_name: 'Another client' });
    expect([refused.status, refused.body['error']]).toEqual([503, 'temporarily_unavailable']);
    expect(await row()).toEqual(before);
    failing = false;
    expect((await put({ ...METADATA, client_name: 'Another client' })).status).toBe(200);
  });
});
