import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataSourceOf, startReplicas, startService, type TestService } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import {
  authorizationError,
  type Json,
  OAuthTestClient,
  redirectParameters,
} from '../support/oauth-client.js';

const REPORTS = 'https://reports.example/mcp';

describe('RFC 8707 resources', () => {
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let client: OAuthTestClient;

  beforeAll(async () => {
    ({ first, second, close } = await startReplicas());
  });
  afterAll(() => close());
  beforeEach(async () => {
    await first.resources.save({
      identifier: REPORTS,
      name: 'Reports',
      scopes: { 'reports:read': 'Read reports', 'reports:all': 'All of it' },
      challengeScopes: ['reports:read'],
      scopeHierarchy: { 'reports:all': ['reports:read'] },
      accessTokenExpiresIn: 120,
      signingAlgorithm: 'RS256',
    });
    client = await new OAuthTestClient(first).register();
    first.clock.advance(10);
  });

  const ask = { resource: REPORTS, scope: 'reports:read' };
  const metadata = async (service: TestService, query: string) => {
    const response = await fetch(`${service.origin}/resource-metadata${query}`);
    return { status: response.status, body: (await response.json()) as Json, headers: response.headers };
  };
  const describesReports = (service: TestService) =>
    eventually(async () => (await metadata(service, `?resource=${REPORTS}`)).status === 200);

  it('gives each resource its own token lifetime and signing algorithm (RFC 9068 §2)', async () => {
    const tokens = await client.tokens(ask);
    expect(tokens.expires_in).toBe(120);
    const { payload, protectedHeader } = await jwtVerify(
      tokens.access_token,
      createRemoteJWKSet(new URL(`${first.origin}/jwks`)),
      { issuer: first.issuer, audience: REPORTS, typ: 'at+jwt', currentDate: new Date(first.clock.now()) },
    );
    expect(protectedHeader.alg).toBe('RS256');
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(120);
    const refreshed = await client.refresh(tokens.refresh_token);
    expect(refreshed.body.expires_in).toBe(120);
    expect(decodeJwt(refreshed.body.access_token).aud).toBe(REPORTS);
  });

  it('serves on every replica what is stored on one', async () => {
    await describesReports(second);
    const response = await fetch(`${second.origin}/.well-known/oauth-authorization-server`);
    const server = (await response.json()) as Json;
    expect(server['protected_resources']).toContain(REPORTS);
    expect(server['scopes_supported']).toContain('reports:all');
    const code = await client.code(ask);
    expect((await client.exchange(code, { resource: REPORTS }, second)).status).toBe(200);
  });

  it('has the metadata of a resource ready that another process serves (RFC 9728 §2)', async () => {
    const { status, body, headers } = await metadata(first, `?resource=${encodeURIComponent(REPORTS)}`);
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(body).toEqual({
      resource: REPORTS,
      authorization_servers: [first.issuer],
      scopes_supported: ['reports:read'],
      bearer_methods_supported: ['header'],
      resource_name: 'Reports',
      dpop_signing_alg_values_supported: expect.arrayContaining(['ES256', 'EdDSA']) as string[],
    });
  });

  it.each([
    ['none', '', 'invalid_request'],
    ['two', '?resource=a&resource=b', 'invalid_request'],
    ['an unknown one', '?resource=https://nobody.example/', 'invalid_target'],
    ['no URL', '?resource=%25', 'invalid_target'],
  ])('has no metadata for %s', async (_, query, error) => {
    const answer = await metadata(first, query);
    expect([answer.status, answer.body['error']]).toEqual([400, error]);
  });

  it('issues nothing for a disabled resource, and refuses what was issued (RFC 8707 §2)', async () => {
    const tokens = await client.tokens(ask);
    const page = await client.toConsent({ ...ask, prompt: 'consent' });
    const code = await client.code(ask);
    await first.resources.save({ identifier: REPORTS, scopes: { 'reports:read': 'Read' }, enabled: false });
    const before = await first.snapshot();
    const answer = await client.authorize(ask);
    expect(redirectParameters(answer).get('error')).toBe('invalid_target');
    expect((await client.approve(page)).status).toBe(400);
    for (const body of [
      (await client.exchange(code, { resource: undefined })).body,
      (await client.exchange(code, { resource: REPORTS })).body,
      (await client.refresh(tokens.refresh_token)).body,
      (await client.refresh(tokens.refresh_token, { resource: REPORTS })).body,
    ])
      expect(body.error).toBe('invalid_target');
    expect((await metadata(first, `?resource=${REPORTS}`)).body['error']).toBe('invalid_target');
    expect(await first.snapshot()).toEqual(before);

    await first.resources.save({ identifier: REPORTS, scopes: { 'reports:read': 'Read' } });
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
    expect((await client.exchange(code, { resource: REPORTS })).status).toBe(200);
  });

  it('revokes the tokens of a resource that is disabled', async () => {
    await first.resources.save({ identifier: REPORTS, scopes: {}, enabled: false });
    const fed = await first.sql(
      `SELECT "issuedBefore" FROM "oauthRevocation" WHERE "kind" = 'resource' AND "subject" = $1
       AND "issuedBefore" IS NOT NULL`,
      [REPORTS],
    );
    expect(fed.length).toBeGreaterThan(0);
  });

  it('asks for the scopes of the resource alone (RFC 8707 §2)', async () => {
    const before = await first.snapshot();
    for (const scope of ['notes:read', 'files:read', 'nonsense']) {
      const answer = await client.authorize({ resource: REPORTS, scope });
      expect(authorizationError(answer)).toBe('invalid_scope');
    }
    expect(await first.snapshot()).toEqual(before);
  });

  it.each([
    ['no URL', { identifier: 'reports' }, /must be an absolute http\(s\) URL/],
    ['a fragment', { identifier: `${REPORTS}#a` }, /without a fragment/],
    ['a lifetime of nothing', { identifier: REPORTS, accessTokenExpiresIn: 0 }, /from 1 to 86400/],
    ['a lifetime of a week', { identifier: REPORTS, accessTokenExpiresIn: 604_800 }, /from 1 to 86400/],
    [
      'a symmetric algorithm',
      { identifier: REPORTS, signingAlgorithm: 'HS256' as 'ES256' },
      /must be one of/,
    ],
    ['a scope with a blank', { identifier: REPORTS, scopes: { 'a b': 'A' } }, /must not have/],
  ])('does not store %s', async (_, resource, message) => {
    const before = await first.sql(`SELECT * FROM "oauthResource"`);
    await expect(first.resources.save(resource)).rejects.toThrow(message);
    expect(await first.sql(`SELECT * FROM "oauthResource"`)).toEqual(before);
  });

  it('leaves what the options set to the options, in every spelling', async () => {
    for (const identifier of [first.resource, first.resource.replace('localhost', 'LOCALHOST')])
      await expect(first.resources.save({ identifier })).rejects.toThrow(/is set by the options/);
  });

  it('goes on with a resource that some options name and others do not, until somebody retires it', async () => {
    const remote = 'https://elsewhere.example/mcp';
    const named = await startService({ remoteResource: remote });
    const asking = await new OAuthTestClient(named).register();
    const wanted = { resource: remote, scope: 'tools:use' };
    const tokens = await asking.tokens(wanted);
    const secrets = () =>
      named.sql(`SELECT "clientId", "disabled" FROM "oauthApplication" ORDER BY "clientId"`);
    const before = [await named.sql(`SELECT * FROM "oauthResource" ORDER BY "identifier"`), await secrets()];
    const unnamed = await startService({ instanceOf: named });
    expect([await named.sql(`SELECT * FROM "oauthResource" ORDER BY "identifier"`), await secrets()]).toEqual(
      before,
    );
    for (const service of [named, unnamed]) {
      expect((await metadata(service, `?resource=${remote}`)).status).toBe(200);
      expect((await asking.refresh(tokens.refresh_token, {}, service)).status).toBe(200);
    }

    expect(await unnamed.resources.disable(remote)).toBe(true);
    expect(await unnamed.resources.disable(remote)).toBe(false);
    const again = await startService({ instanceOf: named, remoteResource: remote });
    for (const service of [named, unnamed, again]) {
      await eventually(async () => (await metadata(service, `?resource=${remote}`)).status === 400);
      expect((await asking.refresh(tokens.refresh_token, {}, service)).body.error).toBe('invalid_target');
    }
    await expect(unnamed.resources.disable('https://nobody.example/')).rejects.toThrow(
      /There is no resource/,
    );
    await again.close();
    await unnamed.close();
    await named.close();
  });

  it('takes fresh tokens at once when a resource comes back', async () => {
    const tokens = await client.tokens();
    await first.resources.disable(first.resource);
    await eventually(async () => (await client.call(tokens.access_token, undefined, second)).status === 401);
    await first.resources.enable(first.resource);
    const fresh = await client.refresh(tokens.refresh_token, {}, second);
    expect(fresh.status).toBe(200);
    for (const service of [first, second])
      await eventually(
        async () => (await client.call(fresh.body.access_token, undefined, service)).status === 200,
      );
    expect((await client.call(tokens.access_token, undefined, second)).status).toBe(401);
  });

  it('gives the server of a resource credentials that work on every replica, and a new secret beside the one before for its overlap (RFC 7662 §2.1)', async () => {
    const introspects = async ({ clientId, clientSecret }: { clientId: string; clientSecret: string }) => {
      const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
      const body = new URLSearchParams({ token: 'x' });
      const { status } = await fetch(`${second.origin}/introspect`, {
        method: 'POST',
        headers: { authorization },
        body,
      });
      return status === 200;
    };
    const before = await first.resources.renewCredentials(REPORTS);
    const after = await first.resources.renewCredentials(REPORTS, { overlap: 60 });
    expect(after.clientId).toBe(before.clientId);
    await eventually(async () => (await introspects(before)) && introspects(after));
    expect(await first.resources.credentials()).toContainEqual({
      resource: REPORTS,
      clientId: before.clientId,
      source: 'administrator',
      previousExpiresAt: expect.any(Date) as Date,
    });
    const last = await first.resources.renewCredentials(REPORTS, { overlap: 0 });
    await eventually(async () => (await introspects(last)) && !(await introspects(after)));
    expect(
      await first.sql(`SELECT 1 FROM "oauthApplication" WHERE "clientSecret" = $1`, [last.clientSecret]),
    ).toEqual([]);
  });

  it.each([
    ['nobody knows', 'https://nobody.example/', /There is no resource/],
    ['the options set', '', /is set by the options/],
  ])('gives no credentials to the server of a resource that %s', async (_, identifier, message) => {
    const rows = () => first.sql(`SELECT * FROM "oauthApplication" ORDER BY "clientId"`);
    const before = await rows();
    await expect(first.resources.renewCredentials(identifier || first.resource)).rejects.toThrow(message);
    expect(await rows()).toEqual(before);
  });

  it('changes nothing of a resource when the transaction of the host does not commit', async () => {
    const before = await first.sql(`SELECT * FROM "oauthResource" ORDER BY 1`);
    const work = dataSourceOf(first).transaction(async (manager) => {
      await first.resources.save({ identifier: 'https://new.example/mcp', scopes: {} }, manager);
      await first.resources.disable(REPORTS, manager);
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await first.sql(`SELECT * FROM "oauthResource" ORDER BY 1`)).toEqual(before);
  });
});
