import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestService } from '../support/app.js';
import { encode } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { startExample } from '../support/example-program.js';
import { snippets } from '../support/how-to.js';
import { OAuthTestClient, redirectParameters } from '../support/oauth-client.js';
import { CONTEXT_DEPENDENCIES, installPacked } from '../support/packed-host.js';

describe('a host that remembers people by express-session, as the page has it', () => {
  let folder: string;
  let host: ChildProcess;
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    folder = await installPacked(CONTEXT_DEPENDENCIES);
    const [source = ''] = await snippets('sessions.md', 'ts');
    ({ program: host, service } = await startExample(source, folder));
    client = await new OAuthTestClient(service).register();
  }, 300_000);
  afterAll(async () => {
    host?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  it('signs a person in once, and knows them at the next client', async () => {
    const page = await client.toConsent();
    expect(page.body).toContain('Test client');
    expect(redirectParameters(await client.approve(page)).get('code')).toMatch(/^.{20,}$/);
    const other = new OAuthTestClient(service, client.browser);
    await other.register({ client_name: 'Another client' });
    const again = await other.follow(await other.authorize());
    expect([again.url.includes('/sign-in'), again.body.includes('Another client')]).toEqual([false, true]);
  });

  it('asks who somebody is in a browser that nobody is signed in in', async () => {
    const stranger = new OAuthTestClient(service);
    stranger.credentials = client.credentials;
    const page = await stranger.follow(await stranger.authorize());
    expect(page.url).toContain('/sign-in');
  });

  it('ends a stream when its token is revoked', async () => {
    const { access_token: token } = await client.tokens();
    const stream = await fetch(service.resource, { headers: { authorization: `Bearer ${token}` } });
    expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    let isOver = false;
    void stream.text().then(() => (isOver = true));
    await fetch(`${service.issuer}/revoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: encode({ token, client_id: client.credentials.client_id }),
    });
    expect(isOver).toBe(false);
    await eventually(() => isOver);
  });
});
