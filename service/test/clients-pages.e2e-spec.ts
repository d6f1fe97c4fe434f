import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserResponse } from '../../test/support/browser.js';
import { eventually } from '../../test/support/eventually.js';
import { faultsOf } from '../../test/support/page-check.js';
import { COPY_SCRIPT_SOURCE } from '../src/web/copy-script.js';
import { addPerson, press, signedIn } from './support/administration.js';
import { auditEvents } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const HOSTILE = `"><script>alert(1)</script><b>\u202eevil`;
const RUNNING = 'SELECT count(*)::integer AS count FROM mcp_auth."oauthGrant" WHERE "revokedAt" IS NULL';

/** JavaScript reads most of them, and PostgreSQL none. */
const NO_TIMES = [
  'yesterday',
  'Jan 1 2026 (x)',
  '2026-01-01 00:00:00+99',
  '2026-02-31 00:00:00+00',
  '2026-01-01 25:00:00+00',
  '0000-01-01 00:00:00+00',
];
const forged = (key: readonly string[]) => Buffer.from(JSON.stringify(key)).toString('base64url');

describe('the pages about applications and connections', () => {
  let service: Standalone;
  let ada: Browser;

  beforeAll(async () => {
    service = await startStandalone();
    ada = await signedIn(service);
    await addPerson(service, 'carol@example.com', 'member');
    await addPerson(service, 'dave@example.com', 'member');
  });
  afterAll(() => service.close());

  const get = (path: string, browser = ada) =>
    browser.request(service.issuer + path, { headers: { accept: 'text/html' } });
  const living = async () => (await service.dataSource.query<{ count: number }[]>(RUNNING))[0]?.count;
  const rowOf = async (clientId: string) => {
    const rows = await service.dataSource.query<{ id: string; disabled: boolean; updatedAt: Date }[]>(
      'SELECT id, disabled, "updatedAt" FROM mcp_auth."oauthApplication" WHERE "clientId" = $1',
      [clientId],
    );
    return rows[0];
  };
  const pageOf = async (clientId: string) => `/admin/clients/${(await rowOf(clientId))?.id}`;
  const connected = async (name: string, email: string) => {
    const client = await new ServiceClient(service, service.mcpUrl).register({ client_name: name });
    return { client, tokens: await client.tokens(email, 'mcp:tools') };
  };
  /** What the next page says about a form that was sent. */
  const done = async (answer: BrowserResponse) => {
    expect(answer.status).toBe(303);
    const page = await ada.follow(answer, service.issuer);
    return /class="done" role="status"><bdi>([^<]*)/.exec(page.body)?.[1];
  };
  const lastOf = async (action: string) =>
    (await auditEvents(service)).findLast((event) => event.action === action);

  it('show where each is from, where it returns to, who uses it and since when, whatever it calls itself', async () => {
    const { client } = await connected(HOSTILE, 'carol@example.com');
    const list = await get('/admin/clients');
    expect([list.status, faultsOf(list.body)]).toEqual([200, []]);
    for (const words of ['Registered itself', 'client.example', client.clientId, '1 application'])
      expect(list.body).toContain(words);
    for (const hidden of ['<script>', '\u202e']) expect(list.body).not.toContain(hidden);
    const page = await get(await pageOf(client.clientId));
    expect([page.status, faultsOf(page.body)]).toEqual([200, []]);
    for (const words of ['mcp:tools', 'carol@example.com', 'All 1 connection', 'public client'])
      expect(page.body).toContain(words);
    const none = await get('/admin/clients?search=nobody-is-called-so&state=blocked');
    expect(none.body).toContain('No application is like that.');
    expect((await get('/admin/clients?search=CLIENT.example&kind=registered')).body).toContain(
      client.clientId,
    );
    expect((await get('/admin/clients?kind=document')).body).not.toContain(client.clientId);
  });

  it.each([
    '/admin/clients?kind=robots',
    '/admin/clients?state=asleep',
    `/admin/clients?search=${'x'.repeat(10_000)}`,
    '/admin/clients?search=%00',
    '/admin/clients?search=a&search=b',
    '/admin/clients?after=x',
    ...NO_TIMES.map((time) => `/admin/clients?sort=createdAt&after=${forged([time, 'x'])}`),
    ...NO_TIMES.map((time) => `/admin/connections?after=${forged([time, randomUUID()])}`),
    `/admin/connections?before=${forged(['2026-01-01 00:00:00+00', 'x'])}`,
    '/admin/connections?unused=7',
    '/admin/connections?grant=x',
    `/admin/connections?person=${'x'.repeat(10_000)}`,
  ])('refuse %s in one sentence', async (path) => {
    const page = await get(path);
    expect([page.status, faultsOf(page.body)]).toEqual([400, []]);
  });

  it('block a client for everybody in two clicks, and let it ask again; each with its line in the audit', async () => {
    const { client, tokens } = await connected('Rogue', 'carol@example.com');
    const path = await pageOf(client.clientId);
    const asked = await get(`${path}/block`);
    expect(asked.body).toContain('1 connection of 1 person ends at once, with every token.');
    const answer = await ada.send(asked, `${path}/block`);
    expect(await done(answer)).toBe('The application is blocked, and all that it had has ended.');
    expect((await client.refresh(tokens.refresh_token)).status).not.toBe(200);
    expect((await client.authorize('carol@example.com', 'mcp:tools')).body).not.toContain('approve');
    const { clientId } = client;
    const events = await auditEvents(service);
    expect(events.find(({ action }) => action === 'client.block')).toMatchObject({
      outcome: 'success',
      clientId,
      detail: { grants: 1 },
    });
    // What was done is said once.
    expect((await get(path)).body).not.toContain('class="done"');

    const blocked = await get(path);
    expect(blocked.body).toContain('Blocked');
    await ada.send(blocked, `${path}/unblock`);
    expect((await rowOf(clientId))?.disabled).toBe(false);
    await eventually(async () => (await client.refresh(tokens.refresh_token)).body.error === 'invalid_grant');
    expect(await lastOf('client.unblock')).toMatchObject({ outcome: 'success', clientId });
  });

  it.each(['block', 'delete', 'secret'])(
    'leave a client alone that somebody changed before %s was pressed (409)',
    async (what) => {
      const { client } = await connected('Contested', 'carol@example.com');
      const path = await pageOf(client.clientId);
      const asked = await get(`${path}/${what}`);
      await ada.send(await get(`${path}/block`), `${path}/block`);
      const before = await rowOf(client.clientId);
      const answer = await ada.send(asked, `${path}/${what}`, { ...(what === 'secret' && { overlap: '0' }) });
      expect([answer.status, answer.body]).toEqual([
        409,
        expect.stringMatching(/was blocked meanwhile, at 20.*Nothing was done/),
      ]);
      expect(await rowOf(client.clientId)).toEqual(before);
    },
  );

  it('delete a client with all that it had; it comes back with nothing', async () => {
    const { client, tokens } = await connected('Old tool', 'carol@example.com');
    const path = await pageOf(client.clientId);
    const answer = await ada.send(await get(`${path}/delete`), `${path}/delete`);
    expect(await done(answer)).toBe('Old tool is deleted.');
    expect((await client.refresh(tokens.refresh_token)).status).not.toBe(200);
    expect(await rowOf(client.clientId)).toBeUndefined();
    expect((await get(path)).status).toBe(404);
    expect(await lastOf('client.delete')).toMatchObject({ clientId: client.clientId, detail: { grants: 1 } });
  });

  it('enter an application, whose secret is shown once and replaced', async () => {
    const form = { name: 'Wiki', redirectUris: 'https://wiki.example.com/callback', confidential: 'yes' };
    const wrong = await press(service, ada, '/admin/clients/new', { ...form, redirectUris: 'ftp://x' });
    expect([wrong.status, wrong.body.includes('ftp://x')]).toEqual([400, true]);
    const added = await press(service, ada, '/admin/clients/new', form);
    expect([added.status, faultsOf(added.body, [COPY_SCRIPT_SOURCE])]).toEqual([200, []]);
    const clientId = /aria-label="client_id"[^>]*>([^<]+)/.exec(added.body)?.[1] ?? '';
    const secret = /aria-label="client_secret"[^>]*>([^<]+)/.exec(added.body)?.[1] ?? '';
    expect(secret).toMatch(/^[\w-]{43}$/);
    const stored = await service.dataSource.query<object[]>('SELECT * FROM mcp_auth."oauthApplication"');
    expect(JSON.stringify(stored)).not.toContain(secret);
    const works = async (given: string) => {
      const response = await fetch(`${service.issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${clientId}:${given}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x' }),
      });
      return ((await response.json()) as { error: string }).error === 'invalid_grant';
    };
    expect([await works(secret), await works('x')]).toEqual([true, false]);
    const path = await pageOf(clientId);
    const rotated = await ada.send(await get(`${path}/secret`), `${path}/secret`, { overlap: '0' });
    const next = /aria-label="client_secret"[^>]*>([^<]+)/.exec(rotated.body)?.[1] ?? '';
    expect(next).not.toBe(secret);
    await eventually(() => works(next));
    expect(await works(secret)).toBe(false);
    const events = (await auditEvents(service)).filter((event) => event.clientId === clientId);
    expect(events.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['client.add', 'client.secret']),
    );
    expect(JSON.stringify(events)).not.toContain(next);
  });

  it('make a service account that gets tokens within its ceiling', async () => {
    const form = { clientId: 'nightly-report', resource: service.mcpUrl, scopes: 'mcp:tools' };
    const made = await press(service, ada, '/admin/clients/new-service-account', form);
    const secret = /aria-label="client_secret"[^>]*>([^<]+)/.exec(made.body)?.[1] ?? '';
    expect([made.status, secret.length]).toEqual([200, 43]);
    const response = await fetch(`${service.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`nightly-report:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: service.mcpUrl }),
    });
    expect(await response.json()).toMatchObject({ scope: 'mcp:tools' });
    const twice = await press(service, ada, '/admin/clients/new-service-account', form);
    expect([twice.status, twice.body]).toEqual([409, expect.stringContaining('choose another id')]);
    for (const wrong of [{ clientId: 'a b' }, { clientId: randomUUID() }, { scopes: 'openid' }]) {
      const answer = await press(service, ada, '/admin/clients/new-service-account', { ...form, ...wrong });
      expect([wrong, answer.status]).toEqual([wrong, 400]);
    }
  });

  it('find connections across people, and end many with their number named before', async () => {
    const first = await connected('Editor', 'carol@example.com');
    const second = await connected('Editor', 'dave@example.com');
    const other = await connected('Browser', 'dave@example.com');
    const list = await get('/admin/connections?client=edit');
    expect([list.status, faultsOf(list.body)]).toEqual([200, []]);
    for (const words of ['carol@example.com', 'dave@example.com', '2 connections'])
      expect(list.body).toContain(words);
    const found = async (query: string) => (await get(`/admin/connections?${query}`)).body;
    expect(await found('person=carol@example.com&client=edit')).toContain('1 connection<');
    for (const none of ['person=nobody@example.com', 'scope=nothing', 'unused=30'])
      expect(await found(none)).toContain('No connection is like that.');
    const server = encodeURIComponent(service.mcpUrl);
    expect(await found(`server=${server}&client=edit`)).toContain('2 connections');
    const asked = await get('/admin/connections/end?client=edit');
    expect([asked.status, faultsOf(asked.body)]).toEqual([200, []]);
    expect(asked.body).toContain('2 connections of 2 people end at once, with every token.');
    // Made after somebody looked, and left alone.
    service.clock.advance(1);
    const later = await connected('Editor', 'carol@example.com');
    const answer = await ada.send(asked, '/admin/connections/end');
    expect(await done(answer)).toBe('2 connections ended.');
    const works = async ({ client, tokens }: typeof first) =>
      (await client.refresh(tokens.refresh_token)).status;
    expect(await Promise.all([first, second, other, later].map(works))).toEqual([400, 400, 200, 200]);
    expect(await lastOf('grants.revoke')).toMatchObject({
      outcome: 'success',
      detail: { grants: 2, client: 'edit' },
    });
    // They are asked again.
    expect((await first.client.authorize('carol@example.com', 'mcp:tools')).body).toContain('approve');
  });

  it('end nothing when there are more by now than were named', async () => {
    await connected('Many', 'carol@example.com');
    const asked = await get('/admin/connections/end?client=many');
    const before = await living();
    const answer = await ada.send(asked, '/admin/connections/end', { grants: '0' });
    expect([answer.status, answer.body]).toEqual([409, expect.stringContaining('Nothing was ended')]);
    expect(await living()).toBe(before);
  });

  it('end all of them where that is said', async () => {
    await connected('Last', 'carol@example.com');
    const asked = await get('/admin/connections/end?all=yes');
    expect(asked.body).toMatch(/<h1[^>]*>End all \d+ connections\?/);
    expect((await ada.send(asked, '/admin/connections/end')).status).toBe(303);
    expect((await get('/admin/connections')).body).not.toContain('Last');
  });

  it.each(['2026-W01-1', '2026', 'x', ''])(
    'end nothing where the form says that it looked at %j',
    async (at) => {
      const csrf = /name="csrf" value="([^"]+)"/.exec((await get('/account')).body)?.[1] ?? '';
      const before = await living();
      const answer = await ada.post(`${service.issuer}/admin/connections/end`, { csrf, at, grants: '9' });
      expect(answer.status).toBe(400);
      expect(await living()).toBe(before);
    },
  );

  it('ask whoever signed in long ago to sign in again, and lead back', async () => {
    const { client } = await connected('Late', 'carol@example.com');
    const path = await pageOf(client.clientId);
    const [asked, all] = [await get(`${path}/block`), await living()];
    service.clock.advance(601);
    const stale = await get(`${path}/block`);
    expect(stale.body).toContain(`/sign-in?page=${encodeURIComponent(`${path}/block`)}`);
    for (const answer of [stale, await ada.send(asked, `${path}/block`)])
      expect([answer.status, /more than ten minutes ago/.test(answer.body)]).toEqual([403, true]);
    expect(await living()).toBe(all);
    await signedIn(service, undefined, undefined, ada);
    expect((await get(`${path}/block`)).status).toBe(200);
  });
});
