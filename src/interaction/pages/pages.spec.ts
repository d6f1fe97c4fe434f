import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { faultsOf, parsePage } from '../../../test/support/page-check.js';
import type { ConsentPageProps } from './consent-page-props.js';
import { consentPage } from './consent.page.js';
import { deviceAnsweredPage } from './device-answered.page.js';
import { deviceCodePage } from './device-code.page.js';
import { errorPage } from './error.page.js';
import { PAGE_HEADERS } from './render-page.js';
import { STYLES } from './styles.js';

const CONSENT: ConsentPageProps = {
  client: { name: 'Claude Code', clientId: 'c1', selfRegistered: true, publishedAt: null },
  redirectHost: 'localhost',
  isLoopback: true,
  device: null,
  resource: { name: 'Company tools', identifier: 'https://mcp.example.com/mcp' },
  account: { id: 'u1', name: 'Ada Lovelace', email: 'ada@example.com' },
  scopes: [
    { name: 'files:read', words: 'Read your files' },
    { name: 'files:write', words: 'Change your files' },
  ],
  offlineAccess: true,
  remembered: false,
  action: '/interaction/i1',
  csrf: 'csrf-token',
  switchAccount: '/sign-in?interaction=i1',
};
const DEVICE = {
  userCode: 'BCDF-GHJK',
  address: '203.0.113.7',
  userAgent: 'report-cli/1.0',
  requestedAt: new Date(0),
};
const ATTACK = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;`;

function consent(change: Partial<ConsentPageProps> = {}) {
  const html = consentPage({ ...CONSENT, ...change });
  const elements = parsePage(html);
  const text = (name: string) => elements.filter((element) => element.name === name).map((e) => e.text);
  return { html, elements, text, body: text('body').join() };
}
const named = (name: string | null) => ({ client: { ...CONSENT.client, name } });

describe('the library’s pages', () => {
  it.each([
    ['consent', consentPage(CONSENT)],
    ['consent, remembered', consentPage({ ...CONSENT, remembered: true })],
    ['consent, for a device', consentPage({ ...CONSENT, device: DEVICE })],
    ['the code of a device', deviceCodePage({ action: '/device', csrf: 'c', typed: '' })],
    [
      'a wrong code of a device',
      deviceCodePage({ action: '/device', csrf: 'c', typed: ATTACK, error: 'Not known.' }),
    ],
    ['a device that was allowed', deviceAnsweredPage('allowed')],
    ['a device that was denied', deviceAnsweredPage('denied')],
    ['consent, with an error', consentPage({ ...CONSENT, error: 'Choose at least one permission.' })],
    ['consent, bare', consentPage({ ...CONSENT, ...named(null), scopes: [], offlineAccess: false })],
    ['error', errorPage({ title: 'No', message: 'Why.', detail: 'invalid_request', requestId: 'r1' })],
  ])('are well-formed, self-contained and labelled: %s', (_name, html) => expect(faultsOf(html)).toEqual([]));

  it('allow their own style sheet by its hash, and nothing else to run or load', () => {
    const policy = PAGE_HEADERS['Content-Security-Policy'] ?? '';
    const [style] = parsePage(consentPage(CONSENT)).filter(({ name }) => name === 'style');
    const hash = createHash('sha256')
      .update(style?.text ?? '')
      .digest('base64');
    expect(policy).toContain(`style-src 'sha256-${hash}'`);
    expect(policy).toContain(`default-src 'none'`);
    expect(policy).toContain(`frame-ancestors 'none'`);
    expect(policy).not.toContain('form-action');
    expect(policy).not.toContain('unsafe');
    expect(STYLES).not.toMatch(/url\(|@import|<\//);
  });
});

describe('the consent page', () => {
  it('names client, redirect host, resource, account and each scope in words', () => {
    const { body, text } = consent();
    expect(text('h1')).toEqual(['“Claude Code” wants to connect']);
    for (const said of [
      'localhost',
      'Not verified',
      'Company tools',
      'https://mcp.example.com/mcp',
      'ada@example.com',
      'Read your files',
      'files:write',
      'on your own computer',
    ])
      expect(body).toContain(said);
  });

  it('ticks every scope, and folds them but sends them when all was allowed before', () => {
    for (const remembered of [false, true]) {
      const boxes = consent({ remembered }).elements.filter(
        ({ attributes }) => attributes['name'] === 'scope',
      );
      expect(boxes.map(({ attributes }) => attributes['value'])).toEqual(['files:read', 'files:write']);
      expect(boxes.every(({ attributes }) => 'checked' in attributes)).toBe(true);
      expect(boxes.every(({ parents }) => parents.some(({ name }) => name === 'details'))).toBe(remembered);
    }
  });

  it('makes the harmless button the one that Enter presses', () => {
    const buttons = consent().elements.filter(({ name }) => name === 'button');
    expect(buttons.map(({ attributes }) => attributes['value'])).toEqual(['deny', 'approve']);
  });

  it('says as whom one continues when all was allowed before', () => {
    expect(consent({ remembered: true }).text('button')).toEqual(['Cancel', 'Continue as Ada Lovelace']);
  });

  it.each([
    ['loopback redirects', { isLoopback: true, redirectHost: '127.0.0.1' }, true],
    ['private-use schemes with a host', { isLoopback: false, redirectHost: 'cursor://anysphere' }, true],
    ['private-use schemes without one', { isLoopback: false, redirectHost: 'com.example.app:' }, true],
    ['https', { isLoopback: false, redirectHost: 'claude.ai' }, false],
    ['https with a port', { isLoopback: false, redirectHost: 'claude.ai:8443' }, false],
  ])('warns of local programs: %s (RFC 8252 §8.6)', (_name, change, warned) =>
    expect(consent(change).body.includes('any program there could use that name')).toBe(warned),
  );

  it('shows the domain of a client that is identified by a URL, and no doubt about it', () => {
    const client = {
      name: 'Claude',
      clientId: 'https://claude.ai/client',
      selfRegistered: false,
      publishedAt: 'claude.ai/oauth/claude-code.json',
    };
    const { body } = consent({ client });
    expect(body).toContain('Published at');
    expect(body).not.toContain('Not verified');
  });

  it('escapes everything that others wrote', () => {
    const account = { id: ATTACK, name: ATTACK, email: ATTACK };
    const scopes = [{ name: ATTACK, words: ATTACK }];
    const client = { ...CONSENT.client, name: ATTACK, publishedAt: ATTACK };
    const resource = { name: ATTACK, identifier: ATTACK };
    for (const remembered of [false, true]) {
      const { html } = consent({
        account,
        scopes,
        client,
        resource,
        remembered,
        redirectHost: ATTACK,
        csrf: ATTACK,
        error: ATTACK,
      });
      expect(faultsOf(html)).toEqual([]);
      expect(html).not.toMatch(/<script|<img/);
    }
  });

  it.each([
    ['close its quotes', 'Claude” (verified) wants “less', "“Claude' (verified) wants 'less”"],
    ['turn the sentence', '\u202Egnihton', '“gnihton”'],
    ['be invisible', '\u200B\u3164', 'An application without a name'],
    ['flood the page', 'x'.repeat(5_000), `“${'x'.repeat(119)}…”`],
  ])('does not let a name %s', (_what, name, shown) =>
    expect(consent(named(name)).text('h1')).toEqual([`${shown} wants to connect`]),
  );

  it('never cuts a host: the end of it says whose it is', () => {
    const redirectHost = `claude.ai.${'a'.repeat(60)}.${'b'.repeat(60)}.evil.example`;
    expect(consent({ redirectHost }).body).toContain(redirectHost);
  });

  it('announces an error, and says so in the title', () => {
    const { elements, text } = consent({ error: 'Choose at least one permission.' });
    const [alert] = elements.filter(({ attributes }) => attributes['role'] === 'alert');
    expect(alert?.text).toBe('Choose at least one permission.');
    expect(text('title')[0]).toMatch(/^Error: /);
  });
});

describe('the error page', () => {
  it('links nowhere and repeats no markup of the request', () => {
    const html = errorPage({ title: 'No', message: ATTACK, detail: ATTACK });
    expect(faultsOf(html)).toEqual([]);
    expect(parsePage(html).filter(({ name }) => name === 'a')).toEqual([]);
  });
});
