import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../../../test/support/browser.js';
import { snippets } from '../../../test/support/how-to.js';
import { connect } from '../how-to/report-cli.js';
import { ADMINISTRATOR, fillSignIn, startStandalone, type Standalone } from '../support/standalone.js';

const METRICS = 'a-token-of-the-metrics-which-is-long-enough';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const insecure = { [oauth.allowInsecureRequests]: true };

/** What a person does who reads a code on a device: enter it, sign in, and say yes. */
async function answer(service: Standalone, userCode: string, browser = new Browser()): Promise<string> {
  const asked = await browser.get(`${service.issuer}/device`);
  const entered = await browser.submit(asked, undefined, (fields) =>
    fields.map(([name, value]) => [name, name === 'user_code' ? userCode : value]),
  );
  let page = await browser.follow(entered, service.origin);
  if (page.url.includes('/sign-in'))
    page = await browser.follow(
      await fillSignIn(browser, page, ADMINISTRATOR.email, ADMINISTRATOR.password),
      service.origin,
    );
  const allowed = await browser.submit(page, ['decision', 'approve'], (fields) => [
    ...fields,
    ['device', 'mine'],
  ]);
  return (await browser.follow(allowed, service.origin)).body;
}

describe('docs/how-to/devices.md', () => {
  let service: Standalone;
  beforeAll(async () => {
    service = await startStandalone({
      MCP_AUTH_DEVICE_AUTHORIZATION: 'on',
      MCP_AUTH_METRICS_TOKEN: METRICS,
    });
  });
  afterAll(() => service.close());

  it('connects a command line with openid-client, as it says', async () => {
    const [code = ''] = await snippets('devices.md', 'ts');
    expect(code).toBe(await readFile(join(import.meta.dirname, '../how-to/report-cli.ts'), 'utf8'));
    let answering: Promise<string> | undefined;
    const browser = new Browser();
    const tokens = await connect(service.issuer, service.mcpUrl, (words) => {
      const [userCode = ''] = /[A-Z]{4}-[A-Z]{4}$/.exec(words) ?? [];
      answering = answer(service, userCode, browser);
    });
    expect(await answering).toContain('Go back to your device');
    expect(tokens.scope).toBe('mcp:tools');
    const account = await browser.get(`${service.issuer}/account`);
    expect(account.body).toContain('Report command line');
    expect(account.body).toContain('runs on a device, by its code');
    expect(await metrics()).toMatch(
      /mcp_auth_token_answers_total\{grant_type="device_code",outcome="issued"\} 1/,
    );
  });

  it('connects oauth4webapi, which waits and then binds its tokens to a key', async () => {
    const issuer = new URL(service.issuer);
    const server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oauth2' }),
    );
    const client = await oauth.processDynamicClientRegistrationResponse(
      await oauth.dynamicClientRegistrationRequest(
        server,
        {
          redirect_uris: ['http://localhost/callback'],
          grant_types: ['authorization_code', DEVICE_GRANT],
          token_endpoint_auth_method: 'none',
        },
        insecure,
      ),
    );
    const device = await oauth.processDeviceAuthorizationResponse(
      server,
      client,
      await oauth.deviceAuthorizationRequest(
        server,
        client,
        oauth.None(),
        new URLSearchParams({ resource: service.mcpUrl }),
        insecure,
      ),
    );
    const DPoP = oauth.DPoP({}, await oauth.generateKeyPair('ES256'));
    const poll = async () =>
      oauth.processDeviceCodeResponse(
        server,
        client,
        await oauth.deviceCodeGrantRequest(server, client, oauth.None(), device.device_code, {
          ...insecure,
          DPoP,
        }),
      );
    await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending' });
    await expect(poll()).rejects.toMatchObject({ error: 'slow_down' });
    await answer(service, device.user_code);
    const tokens = await poll();
    expect(tokens.token_type).toBe('dpop');
    expect(tokens.refresh_token).toBeUndefined();
    const counted = await metrics();
    expect(counted).toMatch(/token_answers_total\{grant_type="device_code",outcome="waiting"\} [2-9]/);
    expect(counted).not.toMatch(/grant_type="device_code",outcome="refused"/);
  });

  const metrics = async () => {
    const headers = { authorization: `Bearer ${METRICS}` };
    return (await fetch(`${service.origin}/metrics`, { headers })).text();
  };
});
