import { randomUUID } from 'node:crypto';
import { DiscoveryService } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { User } from '../src/people/entities/user.entity.js';
import { type Browser, type BrowserResponse, encode } from '../../test/support/browser.js';
import { faultsOf } from '../../test/support/page-check.js';
import { addPerson, everything, press, signedIn } from './support/administration.js';
import { freshRoutes } from './support/declared-routes.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

describe('the page of a person', () => {
  let service: Standalone;
  let ada: Browser;

  beforeAll(async () => {
    service = await startStandalone();
    ada = await signedIn(service);
  });
  afterAll(() => service.close());

  const get = (path: string, browser = ada) =>
    browser.request(service.issuer + path, { headers: { accept: 'text/html' } });
  /** As a browser does it, which gets a page. */
  const send = async (path: string, form: Record<string, string>) => {
    const csrf = /name="csrf" value="([^"]+)"/.exec((await get('/account')).body)?.[1] ?? '';
    return ada.request(service.issuer + path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
      body: encode({ csrf, ...form }),
    });
  };
  const endsOf = ({ body }: BrowserResponse) => {
    const [list = ''] = /<ul class="ends">.*?<\/ul>/s.exec(body) ?? [];
    return [...list.matchAll(/<li>(.*?)<\/li>/g)].map(([, sentence]) => sentence);
  };
  const done = async (answer: BrowserResponse) => {
    expect(answer.status).toBe(303);
    const page = await ada.follow(answer, service.issuer);
    return /class="done" role="status"><bdi>([^<]*)/.exec(page.body)?.[1];
  };
  /** Somebody who is signed in once, and has connected one application. */
  const connected = async (email: string) => {
    const id = await addPerson(service, email, 'member');
    const client = await new ServiceClient(service, service.mcpUrl).register({ client_name: 'Editor' });
    await client.tokens(email, 'mcp:tools');
    return { id, path: `/admin/people/${id}` };
  };

  it('says what they may do on each server, and leads to their audit', async () => {
    const { id, path } = await connected('reach@example.com');
    const page = await get(path);
    expect([page.status, faultsOf(page.body)]).toEqual([200, []]);
    expect(page.body).toContain('May use mcp:tools');
    expect(page.body).toContain(`href="/admin/audit?person=${id}"`);
    expect(page.body).toContain('href="/admin/access/try?email=reach%40example.com"');
  });

  it('shows what assertions and devices have connected, too, and ends it', async () => {
    const { id, path } = await connected('asserted@example.com');
    const grant = randomUUID();
    await service.dataSource.query(
      `INSERT INTO mcp_auth."oauthGrant" ("id", "clientId", "userId", "resource", "redirectUri", "scopes", "refreshable",
        "authenticatedAt", "createdAt", "expiresAt", "lastUsedAt")
      SELECT $1, "clientId", $2, 'https://other.example/mcp', NULL, '{by:assertion}', false, now(), now(),
        now() + interval '1 day', now() FROM mcp_auth."oauthGrant" WHERE "userId" = $2`,
      [grant, id],
    );
    expect((await get(path)).body).toContain('by:assertion');
    expect(endsOf(await get(`${path}/disable`))).toContain('2 connections end at once, with every token.');
    const answer = await press(service, ada, `${path}/connections/end`, { grantId: grant });
    expect(await done(answer)).toBe('The application is disconnected.');
    const { body } = await get(path);
    expect([body.includes('by:assertion'), body.includes('mcp:tools')]).toEqual([false, true]);
  });

  it('names what ends before it does, and changes nothing by asking', async () => {
    const { path } = await connected('named@example.com');
    const other = await connected('other@example.com');
    const before = await everything(service);
    const session = '1 sign-in session ends at once.';
    const connection = '1 connection ends at once, with every token.';
    const questions: [string, unknown[]][] = [
      ['disable', [session, connection, expect.stringContaining('until an administrator enables it')]],
      ['sessions/end', [session, 'Connected applications stay connected.']],
      ['connections/end-all', [connection, 'Whoever connects one again is asked again.']],
      [
        'delete',
        [
          session,
          connection,
          'What opens it goes, too: the password.',
          expect.stringContaining('It cannot be had back'),
        ],
      ],
      [
        'merge?email=Other@example.com',
        [
          expect.stringContaining('is gone'),
          session,
          connection,
          'Its password opens nothing any more.',
          'It has no identity at a provider that could open this account.',
        ],
      ],
      ['password-link', Array.from({ length: 3 }, () => expect.any(String) as string)],
    ];
    for (const [question, ends] of questions) {
      const page = await get(`${path}/${question}`);
      expect([question, page.status, faultsOf(page.body), endsOf(page)]).toEqual([question, 200, [], ends]);
    }
    expect(await everything(service)).toBe(before);
    const merge = await get(`${path}/merge?email=other@example.com`);
    expect(await done(await ada.send(merge, `${path}/merge`))).toContain('The accounts are one');
    expect(await service.dataSource.getRepository(User).findOneBy({ id: other.id })).toBeNull();
  });

  it('asks which account is merged, and refuses one that there is not, and the same', async () => {
    const { path } = await connected('kept@example.com');
    expect((await get(`${path}/merge`)).body).toContain('Email of the other account');
    for (const [email, sentence] of [
      ['nobody@example.com', 'There is nobody with this email.'],
      ['kept@example.com', 'This is the same account.'],
    ] as const) {
      const page = await get(`${path}/merge?email=${email}`);
      expect([page.status, faultsOf(page.body), page.body.includes(sentence)]).toEqual([400, [], true]);
    }
  });

  it('merges the account that was shown, and none that has got its email since', async () => {
    const { path } = await connected('keeps@example.com');
    const shown = await connected('moves@example.com');
    const merge = await get(`${path}/merge?email=moves@example.com`);
    await press(service, ada, `${shown.path}/email`, { email: 'moved@example.com' });
    await addPerson(service, 'moves@example.com', 'member');
    const before = await everything(service);
    const { status, body } = await ada.send(merge, `${path}/merge`);
    expect([status, body]).toEqual([409, expect.stringContaining('is another one by now, or gone')]);
    expect(await everything(service)).toBe(before);
  });

  it('says what was done, and tags a disabled account at the heading', async () => {
    const { path } = await connected('line@example.com');
    const changes: [string, Record<string, string>, string][] = [
      ['role', { role: 'auditor' }, 'The role is changed.'],
      ['email', { email: 'row@example.com' }, 'The email is changed.'],
      ['sessions/end', {}, 'They are signed out everywhere.'],
      ['connections/end-all', {}, 'All applications are disconnected.'],
      ['disable', {}, 'The account is disabled, and all that it had has ended.'],
    ];
    for (const [change, form, sentence] of changes)
      expect(await done(await press(service, ada, `${path}/${change}`, form))).toContain(sentence);
    expect((await get(path)).body).toMatch(/<h1>.*<span class="tag bad">Disabled<\/span><\/h1>/);
    expect(await done(await press(service, ada, `${path}/enable`))).toContain('The account is enabled');
    expect(await done(await press(service, ada, `${path}/delete`))).toContain('The account is deleted');
  });

  it('wants a sign-in of the last ten minutes before anything ends, and leads back', async () => {
    const { path } = await connected('late@example.com');
    service.clock.advance(601);
    const before = await everything(service);
    const controllers = service.application.get(DiscoveryService).getControllers();
    const routes = controllers.map(({ metatype }) => metatype);
    const place = '/admin/people/:id';
    const fresh = [...freshRoutes(routes)].filter(([route]) => route.startsWith(`POST ${place}/`));
    expect(fresh.length).toBeGreaterThan(9);
    for (const [route, { isFormAlone }] of fresh) {
      const address = path + route.slice(`POST ${place}`.length);
      const refused = await send(address, { role: 'auditor' });
      const back = isFormAlone ? path : address;
      expect([route, refused.status, refused.body]).toEqual([
        route,
        403,
        expect.stringContaining(`/sign-in?page=${encodeURIComponent(back)}`),
      ]);
      if (!isFormAlone) expect([address, (await get(address)).status]).toEqual([address, 403]);
    }
    expect(await everything(service)).toBe(before);
    await signedIn(service, undefined, undefined, ada);
    expect((await get(`${path}/disable`)).status).toBe(200);
  });
});
