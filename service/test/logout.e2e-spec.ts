import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const MEMBER = 'eve@example.com';

let service: Standalone;
beforeAll(async () => {
  service = await startStandalone();
  await service.addMember(MEMBER, []);
});
afterAll(() => service.close());

it('ends the sign-in session of the service, of which the id_token speaks (RP-Initiated Logout §2)', async () => {
  const back = 'https://client.example/bye';
  const client = await new ServiceClient(service, service.mcpUrl).register({
    post_logout_redirect_uris: [back],
  });
  const tokens = (await client.tokens(MEMBER, 'openid')) as { id_token?: string };
  const hint = tokens.id_token ?? '';
  const sessions = () => service.dataSource.query<{ id: string }[]>('SELECT "id" FROM mcp_auth."session"');
  expect((await sessions()).map(({ id }) => id)).toContain(decodeJwt(hint)['sid']);
  const query = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: back });
  const answer = await client.browser.get(`${service.issuer}/end-session?${query}`);
  expect([answer.status, answer.headers.get('location')]).toEqual([303, back]);
  expect((await sessions()).map(({ id }) => id)).not.toContain(decodeJwt(hint)['sid']);
  const account = await client.browser.get(`${service.issuer}/account`);
  expect(account.headers.get('location')).toContain('/sign-in');
});
