import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../../test/support/browser.js';
import { eventually } from '../../test/support/eventually.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const MEMBER = 'eve@example.com';
const END = '/connections/end';

describe('connected applications', () => {
  let service: Standalone;

  beforeAll(async () => {
    service = await startStandalone();
    await service.addMember(MEMBER, []);
  });
  afterAll(() => service.close());

  const connect = async (email: string, name: string) => {
    const client = await new ServiceClient(service, service.mcpUrl).register({ client_name: name });
    return { client, tokens: await client.tokens(email, 'mcp:tools') };
  };
  const start = (browser: Browser) => browser.get(`${service.issuer}/account`);
  const status = async (accessToken: string) => {
    const response = await fetch(service.mcpUrl, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${accessToken}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    await response.text();
    return response.status;
  };

  it('are shown to the person with where they return to and what they may, and to nobody else', async () => {
    const { client } = await connect(MEMBER, '<b>Editor</b>');
    const { body } = await start(client.browser);
    for (const words of ['Connected applications', '&lt;b>Editor', 'client.example', 'mcp:tools', 'UTC'])
      expect(body).toContain(words);
    const { client: other } = await connect(ADMINISTRATOR.email, 'Other');
    expect((await start(other.browser)).body).not.toContain('Editor');
  });

  it('lose their tokens when the person disconnects them', async () => {
    const { client, tokens } = await connect(MEMBER, 'To be disconnected');
    expect(await status(tokens.access_token)).toBe(200);
    const answer = await client.browser.send(await start(client.browser), END);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account']);
    await eventually(async () => (await status(tokens.access_token)) === 401);
    expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
    expect((await start(client.browser)).body).not.toContain('To be disconnected');
  });

  it("are left alone by another person's form, by no grant at all, and by strangers", async () => {
    const { client, tokens } = await connect(MEMBER, 'Mine');
    const mine = await start(client.browser);
    const [, grantId = ''] = /name="grantId" value="([^"]+)"/.exec(mine.body) ?? [];
    const { client: other } = await connect(ADMINISTRATOR.email, 'Theirs');
    const theirs = await start(other.browser);
    for (const wrong of [grantId, 'x', '', '\0'])
      expect((await other.browser.send(theirs, END, { grantId: wrong })).status).toBe(303);
    expect((await client.browser.send(mine, END, { grantId, csrf: 'forged' })).status).toBe(403);
    const stranger = new Browser();
    const signIn = await stranger.get(`${service.issuer}/sign-in`);
    expect((await stranger.send(signIn, END, { grantId })).status).toBe(403);
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
  });
});
