import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from '../../test/support/browser.js';
import { SettingsChanges } from '../src/settings/settings-changes.js';
import { COPY_SCRIPT_SOURCE } from '../src/web/copy-script.js';
import { addPerson, press, signedIn } from './support/administration.js';
import { auditEvents } from './support/audit.js';
import { PNG, uploadLogo } from './support/logo.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, fillSignIn, startStandalone, type Standalone } from './support/standalone.js';

const HOSTILE = `Acme"><script>alert(1)</script>`;
const FORM = {
  companyName: HOSTILE,
  colour: '#FFEE00',
  helpUrl: 'https://help.example.com/?a=1&b=2',
  privacyUrl: 'https://example.com/privacy',
  contact: 'mailto:it@example.com',
  sessionIdle: '60',
  sessionMaxAge: '600',
};

describe('the settings', () => {
  let service: Standalone;
  let ada: Browser;

  beforeAll(async () => {
    service = await startStandalone();
    await addPerson(service, 'auditor@example.com', 'auditor');
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    ada = await signedIn(service);
  });

  const page = (browser = ada) => browser.get(`${service.issuer}/admin/settings`);
  const version = async () => /name="version" value="([^"]+)"/.exec((await page()).body)?.[1] ?? '';
  const save = async (change: Record<string, string>) =>
    press(service, ada, '/admin/settings', { version: await version(), ...FORM, ...change });
  const rows = () => service.dataSource.query<object[]>('SELECT * FROM mcp_auth."serviceSettings"');
  const last = async (action: string) =>
    (await auditEvents(service)).findLast((event) => event.action === action);

  it('are those of nobody at first', async () => {
    const { body } = await ada.get(`${service.issuer}/sign-in`);
    expect(body).toContain('Company sign-in');
    expect(body).not.toContain('<footer>');
    expect(body.match(/<style>/g)).toHaveLength(1);
  });

  it('stand on every page that people see, escaped; the audit has what changed', async () => {
    const answer = await save({});
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/admin/settings']);
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const signIn = await client.toSignIn('mcp:tools');
    const pages = {
      console: await page(),
      start: await ada.get(`${service.issuer}/`),
      account: await ada.get(`${service.issuer}/account`),
      'sign-in': signIn,
      consent: await fillSignIn(client.browser, signIn, ADMINISTRATOR.email, ADMINISTRATOR.password).then(
        (there) => client.browser.follow(there, service.issuer),
      ),
      'an error of the endpoints': await ada.get(`${service.issuer}/authorize?client_id=nobody`),
      'an error of the service': await ada.request(`${service.issuer}/nothing`, {
        headers: { accept: 'text/html' },
      }),
    };
    for (const [name, { body, headers }] of Object.entries(pages)) {
      expect([name, body]).toEqual([name, expect.stringContaining('<footer>')]);
      expect([name, body]).toEqual([name, expect.stringContaining('Acme&quot;>&lt;script>alert')]);
      expect([name, body]).toEqual([name, expect.not.stringContaining('<script>alert')]);
      for (const link of [
        'https://help.example.com/?a=1&amp;b=2',
        'https://example.com/privacy',
        'mailto:it@example.com',
      ])
        expect([name, body]).toEqual([name, expect.stringContaining(`href="${link}" rel="noreferrer"`)]);
      // The content security policy allows the sheet of the colour by its hash, and nothing else but the script that copies.
      const policy = headers.get('content-security-policy') ?? '';
      const sheets = [...body.matchAll(/<style>([^]*?)<\/style>/g)].map(([, sheet = '']) => sheet);
      expect(sheets).toHaveLength(2);
      for (const sheet of sheets)
        expect(policy).toContain(`'sha256-${createHash('sha256').update(sheet).digest('base64')}'`);
      expect(policy.replace(`; script-src ${COPY_SCRIPT_SOURCE}`, '')).toMatch(
        /^default-src 'none'; style-src( 'sha256-[^']+')+; img-src data:; base-uri 'none'; frame-ancestors 'none'$/,
      );
    }
    const event = await last('settings.change');
    expect(event).toMatchObject({ outcome: 'success', userId: expect.any(String) as string });
    expect(event?.detail).toMatchObject({
      before: expect.arrayContaining(['companyName: null', 'sessionIdle: 28800']) as string[],
      after: expect.arrayContaining(['colour: "#ffee00"', 'sessionIdle: 3600']) as string[],
    });
  });

  it('name whom to ask on the start page, and wherever people cannot go on', async () => {
    const html = { headers: { accept: 'text/html' } };
    for (const path of ['/', '/nothing', '/admin/people/x', '/setup?token=x', '/authorize?client_id=nobody'])
      expect([path, (await ada.request(service.issuer + path, html)).body]).toEqual([
        path,
        expect.stringMatching(
          / Ask <a href="mailto:it@example\.com"[^>]*><bdi>it@example\.com<\/bdi><\/a>\./,
        ),
      ]);
    expect((await page()).body).not.toContain(' Ask <a');
  });

  it('say which colour pages take, where text could not be read in it', async () => {
    expect((await page()).body).toMatch(
      /So that text can be read in it, the colour is #[0-9a-f]{6} on light pages\./,
    );
  });

  it('say that nothing has changed, and leave the audit alone', async () => {
    const before = [await rows(), (await auditEvents(service)).length];
    expect((await save({})).status).toBe(303);
    expect((await page()).body).toContain('The settings were so already.');
    expect([await rows(), (await auditEvents(service)).length]).toEqual(before);
  });

  it('keep what the form shows in minutes to the second, where somebody saves another field', async () => {
    await service.application
      .get(SettingsChanges)
      .update(
        { userId: null, clientId: 'terraform', scopes: ['admin:settings'] },
        { sessionIdle: 330 },
        () => undefined,
      );
    expect((await page()).body).toContain('name="sessionIdle" value="6"');
    expect((await save({ companyName: 'Umbrella', sessionIdle: '6' })).status).toBe(303);
    expect(await rows()).toMatchObject([{ companyName: 'Umbrella', sessionIdle: 330 }]);
    expect((await last('settings.change'))?.detail).toMatchObject({ after: ['companyName: "Umbrella"'] });
    await save({});
  });

  it.each([
    ['a name of two lines', { companyName: 'Acme\nInc' }, 'The name must be one line'],
    ['a name that turns the text', { companyName: 'Acme\u202E' }, 'The name must be one line'],
    ['a long name', { companyName: 'a'.repeat(61) }, 'The name takes up to 60 characters'],
    ['a colour in words', { colour: 'red' }, 'The colour must be written as #1f54cf'],
    ['a colour with a rule', { colour: '#000;}' }, 'The colour must be written as #1f54cf'],
    ['a script as a link', { helpUrl: 'javascript:alert(1)' }, 'The help page must be an https URL'],
    ['plain http', { privacyUrl: 'http://example.com' }, 'The privacy page must be an https URL'],
    ['a link with a password', { helpUrl: 'https://a:b@example.com' }, 'The help page must be an https URL'],
    ['mail to nobody', { contact: 'mailto:' }, 'The contact must be an https URL, or mailto:'],
    ['an address alone', { contact: 'it@example.com' }, 'The contact must be an https URL, or mailto:'],
    ['a short time', { sessionIdle: '4' }, 'The time without use must be from 5 minutes to 30 days'],
    ['a time in words', { sessionMaxAge: 'a day' }, 'The time in all must be from 10 minutes to 90 days'],
    [
      'a longer time without use than in all',
      { sessionIdle: '601' },
      'The time without use must not be longer',
    ],
    ['10,000 characters', { contact: 'a'.repeat(10_000) }, 'The contact takes up to 500 characters'],
  ])('refuse %s, change nothing, and keep what was typed', async (_name, change, sentence) => {
    const before = await rows();
    const answer = await save(change);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain(sentence);
    for (const typed of Object.values({ ...FORM, ...change }))
      if (typed.length < 100 && !/[\n<\u202E]/u.test(typed))
        expect(answer.body).toContain(`value="${typed.replaceAll('&', '&amp;')}"`);
    expect(await rows()).toEqual(before);
  });

  it('refuse the second of two who change them at once, with what is another now; saved again they hold', async () => {
    const seen = await version();
    expect((await save({ companyName: 'Globex', version: seen })).status).toBe(303);
    const before = await rows();
    const second = await save({ companyName: 'Initech', version: seen });
    expect(second.status).toBe(409);
    expect(second.body).toContain('Somebody else has changed the settings meanwhile');
    expect(second.body).toContain('value="Initech"');
    expect(second.body).toContain('It is Globex now.');
    expect(await rows()).toEqual(before);
    const again = /name="version" value="([^"]+)"/.exec(second.body)?.[1] ?? '';
    expect((await save({ companyName: 'Initech', version: again })).status).toBe(303);
    expect((await page()).body).toContain('Initech');
  });

  it('show an auditor what they are, and no form', async () => {
    const { body } = await page(await signedIn(service, 'auditor@example.com'));
    expect(body).toContain('Initech');
    expect(body).not.toMatch(/<form[^>]*admin\/settings/);
    expect(body).not.toContain('Sign everyone out');
  });

  describe('a logo', () => {
    const upload = (data: Buffer, browser = ada) => uploadLogo(service, browser, data);

    it('is on every page, by a URL of its own that the policy names', async () => {
      expect((await upload(PNG)).headers.get('location')).toBe('/admin/settings');
      const hash = createHash('sha256').update(PNG).digest('hex');
      const { body, headers } = await ada.get(`${service.issuer}/sign-in`);
      expect(body).toContain(`<img src="/logo/${hash}" alt`);
      expect(headers.get('content-security-policy')).toContain(
        `img-src data: ${service.issuer}/logo/${hash};`,
      );
      const picture = await fetch(`${service.issuer}/logo/${hash}`);
      expect(Buffer.from(await picture.arrayBuffer())).toEqual(PNG);
      expect(Object.fromEntries(picture.headers)).toMatchObject({
        'content-type': 'image/png',
        'cache-control': 'public, max-age=31536000, immutable',
        'content-security-policy': "default-src 'none'; sandbox",
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
      });
      const missing = await fetch(`${service.issuer}/logo/${'0'.repeat(64)}`);
      expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, 'no-store']);
      expect((await last('settings.change'))?.detail).toMatchObject({
        before: ['logo: null'],
        after: [`logo: "${hash}"`],
      });
    });

    it.each([
      [
        'a drawing that can run',
        Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
        400,
        'PNG, JPEG or WebP',
      ],
      ['a page', Buffer.from('<!DOCTYPE html><script>alert(1)</script>'), 400, 'PNG, JPEG or WebP'],
      ['nothing', Buffer.alloc(0), 400, 'PNG, JPEG or WebP'],
      ['a picture of 60,000 pixels', huge(), 400, 'at most 2,000 pixels'],
      ['a file that is too large', filled(102_401), 413, 'at most 100 kB: make the picture smaller'],
    ])('is not %s', async (_name, data, status, sentence) => {
      const before = await rows();
      const answer = await upload(data);
      expect([answer.status, answer.body]).toEqual([status, expect.stringContaining(sentence)]);
      expect(await rows()).toEqual(before);
    });

    it('is taken as large as is said', async () => {
      expect((await upload(filled(102_400))).status).toBe(303);
    });

    it('is not taken from a form of another site, nor from somebody who may only look', async () => {
      const before = await rows();
      expect((await uploadLogo(service, ada, PNG, 'forged')).status).toBe(403);
      expect((await upload(PNG, await signedIn(service, 'auditor@example.com'))).status).toBe(403);
      expect(await rows()).toEqual(before);
    });

    it('can be removed', async () => {
      expect((await press(service, ada, '/admin/settings/logo/remove')).status).toBe(303);
      const { body, headers } = await ada.get(`${service.issuer}/sign-in`);
      expect(body).not.toContain('<img');
      expect(headers.get('content-security-policy')).toContain('img-src data:;');
    });
  });
});

/** A picture, and so much behind it. */
function filled(length: number): Buffer {
  return Buffer.concat([PNG, Buffer.alloc(length - PNG.length)]);
}

function huge(): Buffer {
  const data = Buffer.from(PNG);
  data.writeUInt32BE(60_000, 16);
  return data;
}
