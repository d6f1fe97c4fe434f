import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Invitation } from '../src/people/entities/invitation.entity.js';
import { Browser, type BrowserResponse } from '../../test/support/browser.js';
import { freePort } from '../../test/support/free-port.js';
import { parsePage } from '../../test/support/page-check.js';
import { addPerson, press, shownLink, signedIn } from './support/administration.js';
import { FederatedPerson, GRACE, startFederatedService } from './support/federated-person.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, PASSWORD, type Standalone } from './support/standalone.js';

const NEW = 'a brand new password';
/** Where forms and links lead; those of `<form>` by their method. */
const ATTRIBUTES = ['href', 'action', 'src', 'formaction'];
const SCOPE = 'mcp:tools';

/** A browser that notes whatever leads out of `/auth`, or is kept for more than that. */
class WatchfulBrowser extends Browser {
  readonly faults: string[] = [];
  readonly seen = new Set<string>();

  override async request(url: string, init: RequestInit = {}): Promise<BrowserResponse> {
    const answer = await super.request(url, init);
    const here = new URL(url);
    const what = `${init.method ?? 'GET'} ${here.pathname}`;
    this.seen.add(what);
    for (const [kind, to] of leads(answer)) {
      const target = new URL(to, url);
      if (target.origin === here.origin && !target.pathname.startsWith('/auth/'))
        this.faults.push(`${what}: ${kind} ${to}`);
    }
    for (const cookie of answer.headers.getSetCookie())
      if (!/; Path=\/auth(;|$)/.test(cookie)) this.faults.push(`${what}: ${cookie.replace(/=[^;]*/, '')}`);
    return answer;
  }
}

/** Everything in an answer that a browser would go to. */
function leads({ headers, body }: BrowserResponse): [string, string][] {
  const location = headers.get('location');
  const elements = body.startsWith('<!DOCTYPE html>') ? parsePage(body) : [];
  return [
    ...(location === null ? [] : [['Location', location] as [string, string]]),
    ...elements.flatMap(({ attributes }) =>
      ATTRIBUTES.flatMap((name): [string, string][] =>
        attributes[name] === undefined
          ? []
          : [[attributes['method'] ?? name, attributes[name].replaceAll('&amp;', '&')]],
      ),
    ),
  ];
}

describe('a service whose issuer has a path', () => {
  let federated: Awaited<ReturnType<typeof startFederatedService>>;
  let service: Standalone;
  let client: ServiceClient;
  const browsers: WatchfulBrowser[] = [];
  const newBrowser = () => {
    const browser = new WatchfulBrowser();
    browsers.push(browser);
    return browser;
  };
  const newClient = () =>
    new ServiceClient(service, service.mcpUrl, 'https://client.example/callback', newBrowser()).register();
  const pathOf = (answer: BrowserResponse) => [answer.status, answer.headers.get('location')];

  beforeAll(async () => {
    const port = String(await freePort());
    federated = await startFederatedService({ PORT: port, MCP_AUTH_ISSUER: `http://localhost:${port}/auth` });
    ({ service } = federated);
    client = await newClient();
  });
  afterAll(() => federated.close());

  it('lets a person sign in, allow a client, and look after their account', async () => {
    const { browser } = client;
    const page = await client.authorize(ADMINISTRATOR.email, SCOPE);
    expect([page.status, new URL(page.url).pathname.slice(0, 18)]).toEqual([200, '/auth/interaction/']);
    const { status, body } = await client.token(client.codeFrom(await client.approve(page)));
    expect(status).toBe(200);
    const call = await fetch(service.mcpUrl, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${body.access_token}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    expect([new URL(service.mcpUrl).pathname, call.status]).toEqual(['/auth/mcp', 200]);
    const account = await browser.get(`${service.issuer}/account`);
    expect(account.body).toContain('href="/auth/account" aria-current="page"');
    const ended = await press(service, browser, '/account/sessions/end-others');
    expect(pathOf(ended)).toEqual([303, '/auth/account']);
    const out = await press(service, browser, '/sign-out');
    expect(out.body).toContain('Signed out');
    expect(pathOf(await browser.get(`${service.issuer}/account`))).toEqual([
      303,
      '/auth/sign-in?page=%2Faccount',
    ]);
  });

  it('leads back to the page that a person wanted, and nowhere else', async () => {
    for (const [page, to] of [
      ['/admin/people?search=a', '/auth/admin/people?search=a'],
      ['/auth/account', '/auth/'],
      ['//evil.example/account', '/auth/'],
      ['/../account', '/auth/account'],
    ]) {
      const browser = newBrowser();
      const form = await browser.get(
        `${service.issuer}/sign-in?${new URLSearchParams({ page: page ?? '' })}`,
      );
      const answer = await browser.send(form, '/auth/sign-in', ADMINISTRATOR);
      expect(pathOf(answer)).toEqual([303, to]);
      expect((await browser.follow(answer, service.issuer)).status).toBe(200);
    }
  });

  it('has an identity provider lead back below it', async () => {
    const person = new FederatedPerson(service, federated.provider, newBrowser());
    const authorization = await person.toProvider();
    expect(authorization.searchParams.get('redirect_uri')).toBe(`${service.issuer}/sign-in/sso/callback`);
    federated.provider.say(authorization, GRACE);
    expect(pathOf(await person.comeBack(authorization))).toEqual([303, '/auth/']);
    expect(await person.isSignedIn()).toBe(true);
    const refused = await person.comeBack(authorization);
    expect(refused.status).toBe(400);
  });

  it('invites people, sets passwords, and is set up, by links below it', async () => {
    const ada = await signedIn(service, ADMINISTRATOR.email, PASSWORD, newBrowser());
    const form = { name: 'Bob', password: NEW, repeated: NEW };
    const invited = await press(service, ada, '/admin/people/invitations/new', {
      email: 'bob@example.com',
      role: 'member',
    });
    const bob = newBrowser();
    const accepted = await bob.send(await bob.get(shownLink(invited)), '/auth/invitation', form);
    expect(pathOf(accepted)).toEqual([303, '/auth/']);
    expect((await bob.follow(accepted, service.issuer)).status).toBe(200);

    const id = await addPerson(service, 'carol@example.com', 'member');
    const made = await press(service, ada, `/admin/people/${id}/password-link`);
    const carol = newBrowser();
    const set = await carol.send(await carol.get(shownLink(made)), '/auth/password', form);
    expect(pathOf(set)).toEqual([303, '/auth/password/set']);
    expect((await carol.follow(set, service.issuer)).body).toContain('href="/auth/sign-in"');
    const again = await carol.get(shownLink(made));
    expect(again.status).toBe(410);

    const token = await service.administrators.issueLink();
    expect(token).toBeNull();
    expect((await carol.get(`${service.issuer}/setup?token=x`)).status).toBe(410);
  });

  it('leads from every page to pages, by links and forms that are there', async () => {
    await press(service, await signedIn(service), '/admin/people/invitations/new', {
      email: 'd@example.com',
      role: 'member',
    });
    const browser = newBrowser();
    const other = await newClient();
    await other.tokens(ADMINISTRATOR.email, SCOPE);
    await signedIn(service, ADMINISTRATOR.email, PASSWORD, browser);
    const start = `${service.issuer}/`;
    const queue = [
      start,
      `${service.issuer}/nothing`,
      `${service.issuer}/sign-in`,
      `${service.issuer}/account/password/changed`,
    ];
    const found = new Map<string, number>();
    for (let url = queue.shift(); url !== undefined; url = queue.shift()) {
      if (found.has(url)) continue;
      const answer = await browser.get(url);
      found.set(url, answer.status);
      for (const [kind, to] of leads(answer)) {
        const target = new URL(to, url);
        target.hash = '';
        if (target.origin !== new URL(start).origin) continue;
        if (kind === 'href' || kind === 'get') queue.push(target.href);
        else expect([to, (await browser.post(target.href, {})).status]).not.toEqual([to, 404]);
      }
    }
    const missing = [...found].filter(([, status]) => status !== 200).map(([url]) => url);
    expect(missing).toEqual([`${service.issuer}/nothing`]);
    expect([...found.keys()].map((url) => new URL(url).pathname)).toEqual(
      expect.arrayContaining([
        '/auth/account',
        '/auth/admin/people',
        '/auth/admin/access',
        '/auth/admin/audit/export',
      ]),
    );
    expect(found.size).toBeGreaterThan(12);
    expect(await service.dataSource.getRepository(Invitation).count()).toBeGreaterThan(0);
  });

  it('answers probes at the root, and has no page there', async () => {
    const at = async (path: string) => {
      const answer = await fetch(service.origin + path, {
        headers: { accept: 'text/html' },
        redirect: 'manual',
      });
      return [path, answer.status];
    };
    expect(await at('/health/live')).toEqual(['/health/live', 200]);
    expect(await at('/health/ready')).toEqual(['/health/ready', 200]);
    for (const path of [
      '/',
      '/sign-in',
      '/account',
      '/mcp',
      '/authorize',
      '/authsign-in',
      '/auth/health/live',
    ])
      expect(await at(path)).toEqual([path, 404]);
    const { body } = await newBrowser().request(`${service.origin}/sign-in`, {
      headers: { accept: 'text/html' },
    });
    expect(body).toContain('<a class="button" href="/auth/">');
  });

  it('never led or set a cookie anywhere else', () => {
    expect(browsers.flatMap(({ faults }) => faults)).toEqual([]);
    expect(browsers.reduce((count, { seen }) => count + seen.size, 0)).toBeGreaterThan(40);
  });
});

/** What in a source file leads to a page without `href()`, or keeps a cookie of its own. */
function strayPaths(file: string, source: string): string[] {
  const places = file.endsWith('.tsx')
    ? /<(?:a|form|area|link|button|input)\b[^>]*?\s(?:href|action|formaction)=(?!\{href\()[^\s>]*/g
    : /\bredirect\((?!\s*(?:\d+,\s*)?href\()[^)]+|\bserialize\(|\.location\(|['"]Location['"]/g;
  return (source.match(places) ?? []).map((found) => `${file}: ${found.replace(/\s+/g, ' ')}`);
}

describe('the source of the service', () => {
  it.each([
    ['a.tsx', '<a href="/account">'],
    ['a.tsx', '<a class="button" href={`/admin/${id}`}>'],
    ['a.tsx', '<form method="post"\n action={path}>'],
    ['a.ts', "response.redirect(303, '/account')"],
    ['a.ts', 'response.redirect(next)'],
    ['a.ts', "response.setHeader('Set-Cookie', serialize(name, value))"],
  ])('is found out where it leads to a path of the host: %s %s', (file, source) => {
    expect(strayPaths(file, source)).toHaveLength(1);
  });

  it('leads to pages by href() alone', async () => {
    const folder = join(import.meta.dirname, '../src');
    const files = (await readdir(folder, { recursive: true })).filter((file) => /\.tsx?$/.test(file));
    const found = await Promise.all(
      files.map(async (file) => strayPaths(file, await readFile(join(folder, file), 'utf8'))),
    );
    expect(found.flat().toSorted()).toEqual([
      // What opens a client.
      'console/start/pages/usable-server.tsx: <a key={client} class="button small" href={link}',
      // To an identity provider.
      'sign-in/providers/oidc.strategy.ts: redirect(url.href, HttpStatus.SEE_OTHER',
      'sign-in/sign-in.controller.ts: redirect(303, elsewhere',
      'web/cookies.ts: serialize(',
      // Within the page.
      'web/framed.page.tsx: <a class="skip" href="#content"',
    ]);
  });
});
