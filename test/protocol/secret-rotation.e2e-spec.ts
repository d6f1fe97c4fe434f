import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { postgresUrl, startService, type TestService } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { OAuthTestClient, redirectParameters } from '../support/oauth-client.js';

const jwks = async (service: TestService) => (await fetch(`${service.origin}/jwks`)).json();

describe.skipIf(!postgresUrl)('a change of MCP_AUTH_SECRET', () => {
  const [A, B, C] = Array.from({ length: 3 }, () => randomBytes(32).toString('base64')) as [
    string,
    string,
    string,
  ];

  it('keeps keys and tokens, and the old secret is not needed after one start with both', async () => {
    const origin = await startService({ secret: A });
    const client = await new OAuthTestClient(origin).register();
    const { access_token: token } = await client.tokens();
    const published = await jwks(origin);
    for (const secret of [[B, A], [B]]) {
      const service = await startService({ instanceOf: origin, secret });
      expect(await jwks(service)).toEqual(published);
      expect((await client.call(token, undefined, service)).status).toBe(200);
      await service.close();
    }
    const rows = await origin.sql('SELECT * FROM "signingKey" ORDER BY "kid"');
    for (const secret of [A, C])
      await expect(startService({ instanceOf: origin, secret })).rejects.toThrow(
        /^The signing keys in the database were sealed under another secret: set MCP_AUTH_SECRET to .*\.$/,
      );
    expect(await origin.sql('SELECT * FROM "signingKey" ORDER BY "kid"')).toEqual(rows);
    await origin.close();
  });

  it('lets a person approve a page that was shown before it', async () => {
    const before = await startService({ secret: A });
    const routes = { [before.issuer]: before.origin };
    const client = await new OAuthTestClient(before, new Browser(routes)).register();
    const page = await client.toConsent();
    const after = await startService({ instanceOf: before, secret: [B, A] });
    routes[before.issuer] = after.origin;
    const answer = await client.approve(page);
    expect([answer.status, redirectParameters(answer).has('code')]).toEqual([303, true]);
    await after.close();
    await before.close();
  });
});
