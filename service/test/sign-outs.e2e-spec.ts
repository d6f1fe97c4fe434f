import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SettingsChanges } from '../src/settings/settings-changes.js';
import { Browser } from '../../test/support/browser.js';
import { addPerson, everything, press, signedIn } from './support/administration.js';
import { adminToken, api } from './support/admin-client.js';
import { auditEvents } from './support/audit.js';
import { PNG } from './support/logo.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const MEMBER = 'eve@example.com';
const author = { userId: null, clientId: 'terraform', scopes: ['admin:settings'] as const };

describe('sign-in sessions', () => {
  let service: Standalone;

  beforeAll(async () => {
    service = await startStandalone();
    await addPerson(service, MEMBER, 'member');
  });
  afterAll(() => service.close());

  const isIn = async (browser: Browser) => (await browser.get(`${service.issuer}/account`)).status === 200;
  const set = (draft: object) =>
    service.application.get(SettingsChanges).update(author, draft, () => undefined);

  it('live as long as the settings say: those that are open, too, when the times get shorter', async () => {
    const [idle, busy] = [await signedIn(service, MEMBER), await signedIn(service, MEMBER)];
    await set({ sessionIdle: 600, sessionMaxAge: 1_200 });
    service.clock.advance(500);
    expect(await isIn(busy)).toBe(true);
    service.clock.advance(500);
    expect([await isIn(busy), await isIn(idle)]).toEqual([true, false]);
    service.clock.advance(300);
    expect(await isIn(busy)).toBe(false);
    const next = await signedIn(service, MEMBER);
    service.clock.advance(601);
    expect(await isIn(next)).toBe(false);
    await set({ sessionIdle: null, sessionMaxAge: null });
    const long = await signedIn(service, MEMBER);
    service.clock.advance(28_000);
    expect(await isIn(long)).toBe(true);
  });

  it('end for everybody after a page that names how many, and connections live on; the audit has who', async () => {
    // One that is over, and waits to be pruned, is none that ends.
    const over = await signedIn(service, MEMBER);
    service.clock.advance(28_801);
    expect(await isIn(over)).toBe(false);
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const { refresh_token: refresh } = await client.tokens(MEMBER, 'mcp:tools');
    const [ada, eve] = [await signedIn(service), await signedIn(service, MEMBER)];
    const { body } = await ada.get(`${service.issuer}/admin/settings/sign-out`);
    const living = /(\d+) sign-in sessions end/.exec(body)?.[1];
    expect(Number(living)).toBeGreaterThan(1);
    expect(body).toContain('Applications that people have connected stay connected');
    const vague = await press(service, ada, '/admin/settings/sign-out');
    expect([vague.status, await isIn(eve)]).toEqual([400, true]);
    const answer = await press(service, ada, '/admin/settings/sign-out', { disconnect: 'no' });
    expect([answer.status, answer.body]).toEqual([200, expect.stringContaining('Everyone is signed out')]);
    expect(answer.body).toContain(`${living} sign-in sessions have ended`);
    expect([await isIn(ada), await isIn(eve)]).toEqual([false, false]);
    expect(await service.dataSource.query('SELECT 1 FROM mcp_auth.session')).toEqual([]);
    const refreshed = await client.refresh(refresh);
    expect(refreshed.status).toBe(200);
    const event = (await auditEvents(service)).findLast(({ action }) => action === 'session.end-all');
    expect(event).toMatchObject({ outcome: 'success', userId: expect.any(String) as string });
    expect(event?.detail).toMatchObject({ sessions: Number(living), grants: null });

    const again = await signedIn(service);
    const asked = await again.get(`${service.issuer}/admin/settings/sign-out?disconnect=yes`);
    expect(asked.body).toContain('1 connection of 1 person ends');
    const form = '/admin/settings/sign-out';
    const before = await everything(service);
    const late = new Date(service.clock.now() - 600_001).toISOString();
    for (const [fields, status, sentence] of [
      [{ grants: '0' }, 409, 'These are 1 connections by now'],
      [{ at: late, grants: '1000' }, 409, 'not counted within the last ten minutes'],
      [{ at: '' }, 400, 'out of date'],
      [{ grants: '' }, 400, 'out of date'],
    ] as const) {
      const refused = await again.send(asked, form, fields);
      expect([refused.status, refused.body]).toEqual([status, expect.stringContaining(sentence)]);
    }
    expect(await everything(service)).toBe(before);
    const ended = await again.send(asked, form);
    expect(ended.body).toContain('1 sign-in session has ended, yours too, and 1 connection of people.');
    expect((await client.refresh(refreshed.body.refresh_token)).body.error).toBe('invalid_grant');
    const [{ count } = { count: 1 }] = await service.dataSource.query<{ count: number }[]>(
      'SELECT count(*)::integer FROM mcp_auth."oauthConsent"',
    );
    expect(count).toBe(0);
  });

  it('end for nobody at the word of somebody whose sign-in is older than ten minutes', async () => {
    const ada = await signedIn(service);
    service.clock.advance(601);
    for (const answer of [
      await ada.get(`${service.issuer}/admin/settings/sign-out`),
      await press(service, ada, '/admin/settings/sign-out', { disconnect: 'yes' }),
    ]) {
      expect(answer.status).toBe(403);
      expect(answer.body).toContain('You signed in more than ten minutes ago');
    }
    expect(await isIn(ada)).toBe(true);
  });

  describe('of the admin API', () => {
    let token: string;
    beforeEach(async () => {
      token = await adminToken(service, 'admin:settings');
    });

    it('end by a program, too', async () => {
      const eve = await signedIn(service, MEMBER);
      const wrong = await api(service, token, 'POST', '/sign-outs', { body: { disconnect: 'yes' } });
      expect([wrong.status, wrong.body['detail']]).toEqual([400, 'disconnect must be true or false.']);
      expect(await isIn(eve)).toBe(true);
      const { status, body } = await api(service, token, 'POST', '/sign-outs', {
        body: { disconnect: false },
      });
      expect([status, body]).toEqual([200, { sessions: expect.any(Number) as number, connections: null }]);
      expect(await isIn(eve)).toBe(false);
    });

    it('end with the connections that were counted, and with no more', async () => {
      const client = await new ServiceClient(service, service.mcpUrl).register();
      const { refresh_token: refresh } = await client.tokens(MEMBER, 'mcp:tools');
      const end = (body: object) => api(service, token, 'POST', '/sign-outs', { body });
      const { status, body: counted } = await api(
        service,
        await adminToken(service, 'admin:read'),
        'GET',
        '/sign-outs',
      );
      const { connections, at } = counted as { connections: number; at: string };
      expect([status, connections]).toEqual([200, expect.any(Number)]);
      expect(connections).toBeGreaterThan(0);
      const before = await everything(service);
      const late = new Date(service.clock.now() - 600_001).toISOString();
      for (const [body, expected] of [
        [{ disconnect: true }, { status: 400 }],
        [{ disconnect: true, connections }, { status: 400 }],
        [{ disconnect: true, at }, { status: 400 }],
        [
          { disconnect: true, connections: connections - 1, at },
          { status: 409, connections },
        ],
        [
          { disconnect: true, connections, at: late },
          { status: 409, connections },
        ],
      ] as const)
        expect((await end(body)).body).toMatchObject(expected);
      expect(await everything(service)).toBe(before);
      expect((await end({ disconnect: true, connections, at })).body).toMatchObject({ connections });
      expect((await client.refresh(refresh)).body.error).toBe('invalid_grant');
    });

    it('are not ended by a token that may only read', async () => {
      const reader = await adminToken(service, 'admin:read');
      const eve = await signedIn(service, MEMBER);
      for (const [method, path, body] of [
        ['POST', '/sign-outs', { disconnect: true }],
        ['PATCH', '/settings', { companyName: 'Acme' }],
      ] as const)
        expect((await api(service, reader, method, path, { body })).status).toBe(403);
      expect(await isIn(eve)).toBe(true);
      expect((await api(service, reader, 'GET', '/settings')).body['companyName']).toBeNull();
    });

    it('have settings, which are changed as they were seen (RFC 9110 §13.1.1)', async () => {
      const seen = await api(service, token, 'GET', '/settings');
      expect(seen.body).toEqual({
        companyName: null,
        colour: null,
        helpUrl: null,
        privacyUrl: null,
        contact: null,
        sessionIdle: 28_800,
        sessionMaxAge: 86_400,
        logoHash: null,
        pinned: [],
      });
      const patch = (body: object, ifMatch = seen.headers.get('etag') ?? '') =>
        api(service, token, 'PATCH', '/settings', { body, headers: { 'if-match': ifMatch } });
      const logo = PNG.toString('base64');
      const changed = await patch({ companyName: 'Acme', colour: '#1F54CF', logo });
      expect([changed.status, changed.body]).toMatchObject([200, { companyName: 'Acme', colour: '#1f54cf' }]);
      const late = await patch({ companyName: 'Globex' });
      expect([late.status, late.body['current']]).toMatchObject([412, { companyName: 'Acme' }]);
      const now = changed.headers.get('etag') ?? '';
      for (const [body, detail] of [
        [{ companyName: 'a\nb' }, 'The name must be one line of up to 60 characters that can be seen.'],
        [
          { helpUrl: 'http://a.example' },
          'The help page must be an https URL, such as https://help.example.com.',
        ],
        [{ sessionIdle: 1.5 }, 'sessionIdle must be a number of seconds from 300 to 2592000.'],
        [{ sessionIdle: 100_000 }, 'The time without use must not be longer than the time in all.'],
        [{ logo: Buffer.from('<svg/>').toString('base64') }, 'The logo must be a PNG, JPEG or WebP picture.'],
        [{ logo: '<svg/>' }, 'logo must be a picture in base64.'],
        [{ owner: 'x' }, 'owner is not known here.'],
      ] as const)
        expect((await patch(body, now)).body).toMatchObject({ status: 400, detail });
      const cleared = await patch({ companyName: null, logo: null }, now);
      const event = (await auditEvents(service)).findLast(({ action }) => action === 'settings.change');
      expect(event).toMatchObject({
        clientId: expect.any(String) as string,
        detail: { before: { length: 2 } },
      });
      expect(cleared.body).toMatchObject({ companyName: null, logoHash: null, colour: '#1f54cf' });
    });
  });
});
