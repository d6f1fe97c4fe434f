import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, AuditLog, ClaimsProvider } from '../../src/index.js';
import { TOKEN_TYPE } from '../../src/oauth/token-type.js';
import { startReplicas, statementsSoFar, type TestService } from '../support/app.js';
import { DELEGATIONS, delegatingServers, REMOTE } from '../support/delegation.js';
import { ProofKey } from '../support/dpop.js';
import { eventually } from '../support/eventually.js';
import { OAuthTestClient } from '../support/oauth-client.js';
import { allow, deny, type Rule, testPolicy } from '../support/policy.js';

const events: AuditEvent[] = [];
class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

class Departments extends ClaimsProvider {
  override async accessToken({ clientId, resource }: { clientId: string; resource: string }) {
    return {
      told: `${clientId} at ${new URL(resource).pathname}`,
      act: { sub: 'forged' },
      delegated_from: [],
    };
  }
}

describe('delegation by token exchange (RFC 8693)', () => {
  const rules = testPolicy();
  const everything = allow(
    'notes:read',
    'notes:write',
    'notes:admin',
    'files:read',
    'files:write',
    'tools:use',
  );
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let servers: ReturnType<typeof delegatingServers>;
  let client: OAuthTestClient;

  beforeAll(async () => {
    rules.stored.rule = everything;
    ({ first, second, close } = await startReplicas({
      audit: RecordingLog,
      policy: rules.policy,
      claims: Departments,
      ...DELEGATIONS,
    }));
    servers = delegatingServers(first);
  });
  afterAll(() => close());
  beforeEach(async () => {
    first.clock.advance(10);
    client = await new OAuthTestClient(first).register();
    rules.questions.length = 0;
    events.length = 0;
  });

  const rule = async (next: Rule) => {
    rules.stored.rule = next;
    await first.revocations.policyChanged();
    for (const service of [first, second])
      await eventually(async () => service.application.get(rules.policy).rule === next);
    first.clock.advance(10);
  };
  const issued = () => events.filter(({ action }) => action === 'token.issue');
  const files = (token: string, service = first) =>
    fetch(`${service.origin}/files`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });

  it('gives a server a token for another one, for the same person (RFC 8693 §2.2.1, §4.1)', async () => {
    const { access_token: subject } = await client.tokens();
    events.length = 0;
    const { status, headers, body } = await servers.notes.exchangeToken(subject, {
      resource: first.secondResource,
    });
    expect(body).toEqual({
      access_token: expect.any(String),
      issued_token_type: TOKEN_TYPE.accessToken,
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'files:read',
    });
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    const [before, after] = [decodeJwt(subject), decodeJwt(body.access_token)];
    expect(after).toMatchObject({
      iss: first.issuer,
      sub: 'alice',
      sub_type: 'user',
      aud: first.secondResource,
      client_id: 'notes-server',
      act: { sub: 'notes-server' },
      auth_time: before['auth_time'],
      delegated_from: [before['grant_id']],
      told: 'notes-server at /files',
    });
    expect(after['grant_id']).not.toBe(before['grant_id']);
    expect((await files(body.access_token)).status).toBe(200);
    expect((await files(body.access_token, second)).status).toBe(200);
    expect((await files(subject)).status).toBe(401);
    expect(issued()).toMatchObject([
      {
        outcome: 'success',
        userId: 'alice',
        clientId: 'notes-server',
        resource: first.secondResource,
        detail: { scopes: ['files:read'], actors: ['notes-server'], subjectGrantId: before['grant_id'] },
      },
    ]);
  });

  it('names each server of a chain, the one that acts first (RFC 8693 §4.1)', async () => {
    const { access_token: subject } = await client.tokens();
    const { body: second } = await servers.notes.exchangeToken(subject, { resource: first.secondResource });
    const { body: third } = await servers.files.exchangeToken(second.access_token, { resource: REMOTE });
    const { body: fourth } = await servers.remote.exchangeToken(third.access_token, {
      resource: first.resource,
    });
    const chain = [subject, second.access_token, third.access_token].map(
      (token) => decodeJwt(token)['grant_id'],
    );
    expect(decodeJwt(fourth.access_token)).toMatchObject({
      sub: 'alice',
      aud: first.resource,
      client_id: 'remote-server',
      act: { sub: 'remote-server', act: { sub: 'files-server', act: { sub: 'notes-server' } } },
      delegated_from: chain,
    });
    const { body } = await client.call(fourth.access_token);
    expect(body['result']).toMatchObject({
      session: {
        userId: 'alice',
        clientId: 'remote-server',
        scopes: ['notes:read'],
        actor: { sub: 'remote-server', act: { sub: 'files-server', act: { sub: 'notes-server' } } },
      },
    });
    const [row] = await first.sql(
      `SELECT "kind", "userId", "rootGrantId", "parentGrantId", "actor", "refreshable" FROM "oauthGrant" WHERE "id" = $1`,
      [decodeJwt(fourth.access_token)['grant_id']],
    );
    expect(row).toEqual({
      kind: 'delegated',
      userId: 'alice',
      rootGrantId: chain[0],
      parentGrantId: chain[2],
      actor: decodeJwt(fourth.access_token)['act'],
      refreshable: false,
    });
    const again = await servers.notes.exchangeToken(fourth.access_token, { resource: first.secondResource });
    expect([again.status, again.body.error]).toEqual([400, 'invalid_request']);
  });

  it.each<[string, string, string | undefined, string]>([
    ['what the rules give, where none is named', 'notes:read', undefined, 'files:read'],
    ['what rules give that require more', 'notes:write', undefined, 'files:read files:write notes:write'],
    ['a shared one to whoever has a broader one', 'notes:admin', 'notes:write', 'notes:write'],
    ['fewer', 'notes:write', 'files:write', 'files:write'],
  ])('issues scopes: %s (RFC 8693 §2.1)', async (_, held, scope, given) => {
    const { access_token: subject } = await client.tokens({ scope: held });
    const { body } = await servers.notes.exchangeToken(subject, { resource: first.secondResource, scope });
    expect(body.scope.split(' ').toSorted()).toEqual(given.split(' '));
    expect(decodeJwt(body.access_token)['scope']).toBe(body.scope);
  });

  it('never outlives the token that it comes from', async () => {
    const { access_token: subject } = await client.tokens();
    first.clock.advance(3_000);
    const { body } = await servers.notes.exchangeToken(subject, { resource: first.secondResource });
    expect(body.expires_in).toBeLessThanOrEqual(600);
    expect(decodeJwt(body.access_token).exp).toBeLessThanOrEqual(decodeJwt(subject).exp ?? 0);
    const [row] = await first.sql<{ end: Date }>(
      `SELECT "expiresAt" AS "end" FROM "oauthGrant" WHERE "id" = $1`,
      [decodeJwt(body.access_token)['grant_id']],
    );
    expect(Math.floor(Number(row?.end) / 1000)).toBe(decodeJwt(body.access_token).exp);
  });

  it('asks the policy for the person and their client, and says who acts', async () => {
    const { access_token: subject } = await client.tokens();
    const { body } = await servers.notes.exchangeToken(subject, { resource: first.secondResource });
    rules.questions.length = 0;
    await servers.files.exchangeToken(body.access_token, { resource: REMOTE });
    expect(rules.questions).toMatchObject([
      {
        account: { id: 'alice' },
        client: { clientId: client.credentials.client_id },
        redirectUri: client.redirectUri,
        resource: REMOTE,
        scopes: ['tools:use'],
        actor: { clientId: 'files-server', resource: first.secondResource, act: { sub: 'notes-server' } },
        at: 'token',
      },
    ]);
    expect(events).toContainEqual(
      expect.objectContaining({
        action: 'policy.decide',
        detail: expect.objectContaining({ actor: 'files-server' }),
      }),
    );
  });

  it('issues no more than the policy allows, and nothing where it says no (RFC 8693 §2.2.2)', async () => {
    const { access_token } = await client.tokens({ scope: 'notes:write' });
    await rule(({ resource, scopes }) => ({
      outcome: 'allowed',
      scopes: resource === first.secondResource ? ['files:write'] : scopes,
      reason: 'A test allows it.',
    }));
    const { refresh_token: old } = await client.tokens({ scope: 'notes:write' });
    const { access_token: subject } = (await client.refresh(old)).body;
    const narrowed = await servers.notes.exchangeToken(subject, { resource: first.secondResource });
    expect(narrowed.body.scope).toBe('files:write');
    const stale = await servers.notes.exchangeToken(access_token, { resource: first.secondResource });
    expect(stale.body.error).toBe('invalid_request');
    await rule((question) => (question.actor ? deny(question) : everything(question)));
    const { access_token: fresh } = await client.tokens();
    const before = await first.snapshot();
    const { status, body } = await servers.notes.exchangeToken(fresh, { resource: first.secondResource });
    expect([status, body.error]).toEqual([400, 'invalid_target']);
    expect(await first.snapshot()).toEqual(before);
    await rule(everything);
  });

  it('costs two statements', async () => {
    const { access_token: subject } = await client.tokens();
    const ask = () => servers.notes.exchangeToken(subject, { resource: first.secondResource });
    await ask();
    const costs: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const before = statementsSoFar();
      expect((await ask()).status).toBe(200);
      costs.push(statementsSoFar() - before);
    }
    expect(Math.min(...costs)).toBe(2);
  });

  it('is what the metadata names, and introspection tells who acts (RFC 7662 §2.2)', async () => {
    const metadata = await fetch(`${first.origin}/.well-known/oauth-authorization-server`);
    expect((await metadata.json()) as unknown).toMatchObject({
      grant_types_supported: expect.arrayContaining([
        'urn:ietf:params:oauth:grant-type:token-exchange',
      ]) as unknown,
    });
    const { access_token: subject } = await client.tokens();
    const { body } = await servers.notes.exchangeToken(subject, { resource: first.secondResource });
    const response = await fetch(`${first.origin}/introspect`, {
      method: 'POST',
      headers: servers.files.headers,
      body: new URLSearchParams({ token: body.access_token }),
    });
    expect(await response.json()).toMatchObject({ active: true, sub: 'alice', act: { sub: 'notes-server' } });
  });

  it('takes a token that is bound to a key of the client, and binds the new one to the server’s (RFC 9449 §5)', async () => {
    const [own, others] = [await ProofKey.make(), await ProofKey.make()];
    const url = `${first.issuer}/token`;
    const proof = (key: ProofKey) => key.proof({ url, now: first.clock.now() });
    const { body: bound } = await client.token(
      {
        grant_type: 'authorization_code',
        code: await client.code(),
        code_verifier: client.pkce.verifier,
        client_id: client.credentials.client_id,
      },
      { headers: { dpop: await proof(others) } },
    );
    expect(decodeJwt(bound.access_token)['cnf']).toEqual({ jkt: others.thumbprint });
    const resource = first.secondResource;
    const { body: bearer } = await servers.notes.exchangeToken(bound.access_token, { resource });
    expect(bearer).toMatchObject({ token_type: 'Bearer' });
    expect(decodeJwt(bearer.access_token)).not.toHaveProperty('cnf');
    const { body } = await servers.notes.exchangeToken(
      bound.access_token,
      { resource },
      { headers: { dpop: await proof(own) } },
    );
    expect(body).toMatchObject({ token_type: 'DPoP' });
    expect(decodeJwt(body.access_token)['cnf']).toEqual({ jkt: own.thumbprint });
    expect((await files(body.access_token)).status).toBe(401);
  });
});
