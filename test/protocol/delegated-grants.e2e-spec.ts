import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { McpConnections } from '../../src/index.js';
import { startService, type TestService } from '../support/app.js';
import { OAuthTestClient, type TokenAnswer } from '../support/oauth-client.js';

const hash = (token: string) => createHash('sha256').update(token).digest('base64url');

describe('what was delegated from a grant (RFC 8693 §4.1)', () => {
  let service: TestService;
  let client: OAuthTestClient;
  let other: OAuthTestClient;
  let tokens: TokenAnswer['body'];
  let code: string;
  /** The grant of `tokens`; two that were delegated from it, one from another; and a stranger's. */
  let grants: Record<'root' | 'child' | 'grandchild' | 'sibling' | 'stranger', string>;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  const delegate = async (root: string, parent: string, fields: { user?: string; client?: string } = {}) => {
    const id = randomUUID();
    await service.sql(
      `INSERT INTO "oauthGrant" ("id", "kind", "clientId", "userId", "resource", "scopes", "refreshable", "authenticatedAt",
        "createdAt", "expiresAt", "rootGrantId", "parentGrantId", "actor")
       SELECT $1, 'delegated', $4, $5, $6, "scopes", true, "authenticatedAt", "createdAt", "expiresAt", $2, $3, '{"sub":"x"}'
       FROM "oauthGrant" WHERE "id" = $2`,
      [
        id,
        root,
        parent,
        fields.client ?? other.credentials.client_id,
        fields.user ?? 'carol',
        service.secondResource,
      ],
    );
    return id;
  };
  const rootOf = async (holder: OAuthTestClient) => {
    const [row] = await service.sql<{ id: string }>(
      `SELECT "id" FROM "oauthGrant" WHERE "clientId" = $1 ORDER BY "createdAt" LIMIT 1`,
      [holder.credentials.client_id],
    );
    return row?.id ?? '';
  };
  const namesOf = (rows: { id: string }[]) =>
    rows
      .flatMap(({ id }) => Object.entries(grants).flatMap(([name, grant]) => (grant === id ? [name] : [])))
      .toSorted();
  const ended = async () =>
    namesOf(await service.sql('SELECT "id" FROM "oauthGrant" WHERE "revokedAt" IS NOT NULL'));
  const announced = async () =>
    namesOf(
      await service.sql(
        `SELECT "subject" AS "id" FROM "oauthRevocation" WHERE "kind" = 'grant' AND "issuedBefore" IS NOT NULL`,
      ),
    );

  beforeEach(async () => {
    await service.sql('DELETE FROM "oauthGrant"');
    await service.sql('DELETE FROM "oauthRevocation"');
    client = await new OAuthTestClient(service).register();
    other = await new OAuthTestClient(service).register();
    code = await client.code();
    tokens = (await client.exchange(code)).body;
    const stranger = await new OAuthTestClient(service).register();
    await stranger.tokens({}, 'bob');
    const root = await rootOf(client);
    const child = await delegate(root, root);
    grants = {
      root,
      child,
      grandchild: await delegate(root, child),
      sibling: await delegate(root, root),
      stranger: await rootOf(stranger),
    };
    service.clock.advance(1);
  });

  const ALL = ['child', 'grandchild', 'root', 'sibling'];

  it.each<[string, () => Promise<unknown>]>([
    ['the grant is revoked', () => service.revocations.revokeGrant(grants.root)],
    ['the connection ends', () => service.application.get(McpConnections).end('alice', grants.root)],
    ['the person is revoked', () => service.revocations.revokeUser('alice')],
    ['the client is revoked', () => service.revocations.revokeClient(client.credentials.client_id)],
    [
      'the client is disabled',
      () => service.revocations.revokeClient(client.credentials.client_id, { disable: true }),
    ],
    [
      'what was made before is revoked',
      () => service.revocations.revokeBefore(new Date(service.clock.now()), { userIds: ['alice'] }),
    ],
    [
      'everything of its resource is revoked',
      () =>
        service.revocations.revokeBefore(new Date(service.clock.now()), {
          resources: [service.resource],
          userIds: ['alice'],
        }),
    ],
    ['its code is replayed', () => client.exchange(code)],
    [
      'its refresh token is replayed',
      async () => {
        const next = await client.refresh(tokens.refresh_token);
        await client.refresh(next.body.refresh_token);
        await client.refresh(tokens.refresh_token);
      },
    ],
    [
      'its account is disabled, and it is refreshed',
      async () => {
        service.accounts.disable('alice');
        await client.refresh(tokens.refresh_token);
        service.accounts.enable('alice');
      },
    ],
    [
      'its refresh token is revoked (RFC 7009 §2.1)',
      () =>
        fetch(client.at('/revoke'), {
          method: 'POST',
          body: new URLSearchParams({ token: tokens.refresh_token, client_id: client.credentials.client_id }),
        }),
    ],
  ])('ends with it, at any depth, and is announced, when %s', async (_, end) => {
    await end();
    expect(await ended()).toEqual(ALL);
    expect(await announced()).toEqual(ALL);
  });

  it('ends with the grant that gives way to a fifty-first', async () => {
    for (let round = 0; round < 50; round += 1) {
      service.clock.advance(1);
      await client.authorize({ prompt: 'none' });
    }
    expect(await ended()).toEqual(ALL);
    expect(await announced()).toEqual(ALL);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['alone', () => service.revocations.revokeGrant(grants.child)],
    [
      'with its own person',
      async () => {
        await service.sql(`UPDATE "oauthGrant" SET "userId" = 'dave' WHERE "id" = $1`, [grants.child]);
        await service.revocations.revokeUser('dave');
      },
    ],
  ])('ends %s, with what was delegated from it, and leaves what it came from', async (_, end) => {
    await end();
    expect(await ended()).toEqual(['child', 'grandchild']);
    expect(await announced()).toEqual(['child', 'grandchild']);
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('has its tokens taken back with those of the resource that it came from, and when the policy changes', async () => {
    await service.resources.disable(service.resource);
    expect(await announced()).toEqual(['child', 'grandchild', 'sibling']);
    await service.resources.enable(service.resource);
    await service.sql('DELETE FROM "oauthRevocation"');
    expect(await service.revocations.policyChanged({ userIds: ['alice'] })).toBe(4);
    expect(await announced()).toEqual(ALL);
    expect(await ended()).toEqual([]);
  });

  it('is refused when it was made in the very moment in which its root ended', async () => {
    const late = await delegate(grants.root, grants.child, {
      client: client.credentials.client_id,
      user: 'alice',
    });
    await service.sql(`UPDATE "oauthAccessToken" SET "grantId" = $1 WHERE "refreshToken" = $2`, [
      late,
      hash(tokens.refresh_token),
    ]);
    await service.sql(`UPDATE "oauthGrant" SET "revokedAt" = now() WHERE "id" = $1`, [grants.root]);
    const before = await service.snapshot();
    const refused = await client.refresh(tokens.refresh_token);
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_grant']);
    expect(await service.snapshot()).toEqual(before);
  });

  it('goes when the row of its root goes', async () => {
    await service.sql('DELETE FROM "oauthGrant" WHERE "id" = $1', [grants.root]);
    expect(namesOf(await service.sql('SELECT "id" FROM "oauthGrant"'))).toEqual(['stranger']);
  });
});
