import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from '../../test/support/browser.js';
import { eventually } from '../../test/support/eventually.js';
import { LogoutReceiver } from '../../test/support/logout-receiver.js';
import { AccessRevocation } from '../src/people/access-revocation.js';
import { press, signedIn } from './support/administration.js';
import { ServiceClient } from './support/service-client.js';
import { PASSWORD, startStandalone, type Standalone } from './support/standalone.js';

let service: Standalone;
let receiver: LogoutReceiver;
let ada: Browser;
let people = 0;

beforeAll(async () => {
  receiver = await LogoutReceiver.start();
  service = await startStandalone({ MCP_AUTH_CLIENT_DOCUMENTS: 'loopback' });
  ada = await signedIn(service);
});
afterAll(async () => {
  await service.close();
  await receiver.close();
});
afterEach(() => {
  receiver.received.length = 0;
});

/** Somebody who is signed in, by way of a client that hears of their logout at a path of its own. */
async function connected() {
  const email = `person-${(people += 1)}@example.com`;
  const id = await service.addMember(email, []);
  const path = `/${people}`;
  const client = await new ServiceClient(service, service.mcpUrl).register({
    backchannel_logout_uri: receiver.origin + path,
  });
  const { id_token: idToken } = (await client.tokens(email, 'openid')) as { id_token?: string };
  return { client, email, id, path, sid: String(decodeJwt(idToken ?? '')['sid']) };
}
type Connected = Awaited<ReturnType<typeof connected>>;

describe('back-channel logout of the service (OpenID Connect Back-Channel Logout §2.5)', () => {
  it.each<[string, (person: Connected) => Promise<unknown>]>([
    ['the person signs out', ({ client }) => press(service, client.browser, '/sign-out')],
    [
      'the person ends the session in another browser',
      async ({ email, sid }) =>
        press(service, await signedIn(service, email), '/account/sessions/end', { id: sid }),
    ],
    [
      'the person ends all other sessions',
      async ({ email }) => press(service, await signedIn(service, email), '/account/sessions/end-others'),
    ],
    [
      'the person changes the password in another browser',
      async ({ email }) =>
        press(service, await signedIn(service, email), '/account/password', {
          current: PASSWORD,
          password: 'another correct horse',
          repeated: 'another correct horse',
        }),
    ],
    [
      'an administrator ends the sessions',
      ({ id }) => press(service, ada, `/admin/people/${id}/sessions/end`),
    ],
    ['the account is disabled', ({ id }) => press(service, ada, `/admin/people/${id}/disable`)],
    [
      'the account is deleted',
      ({ id }) => press(service, ada, `/admin/people/${id}/delete`, { sure: 'yes' }),
    ],
    [
      'access is taken back by a command',
      ({ email }) =>
        service.application.get(AccessRevocation).before(new Date(service.clock.now()), { users: [email] }),
    ],
  ])('tells a client when %s', async (_, end) => {
    const person = await connected();
    const bystander = await connected();
    service.clock.advance(1);
    await end(person);
    await eventually(() => receiver.at(person.path).length === 1);
    const { payload } = await jwtVerify(
      receiver.at(person.path)[0]?.token ?? '',
      createRemoteJWKSet(new URL(`${service.issuer}/jwks`)),
      {
        issuer: service.issuer,
        audience: person.client.clientId,
        typ: 'logout+jwt',
        currentDate: new Date(service.clock.now()),
      },
    );
    expect(payload['sid']).toBe(person.sid);
    expect(receiver.at(bystander.path)).toEqual([]);
  });

  it('tells a client once that has the person signed out', async () => {
    const { client, path, sid } = await connected();
    const page = await client.browser.get(`${service.issuer}/end-session?client_id=${client.clientId}`);
    await client.browser.submit(page, ['decision', 'leave']);
    await eventually(() => receiver.at(path).length === 1);
    const rows = await service.dataSource.query<{ attempts: number }[]>(
      'SELECT "attempts" FROM mcp_auth."oauthLogout" WHERE "sid" = $1',
      [sid],
    );
    expect(rows).toEqual([{ attempts: 1 }]);
    expect(receiver.at(path)).toHaveLength(1);
  });
});
