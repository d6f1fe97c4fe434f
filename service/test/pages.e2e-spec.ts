import { describe, expect, it } from 'vitest';
import { faultsOf, parsePage } from '../../test/support/page-check.js';
import { METRICS, type Metric } from '../src/console/overview/daily-counts.js';
import { overviewPage } from '../src/console/overview/pages/overview.page.js';
import { startPage } from '../src/console/start/pages/start.page.js';
import { COUNT_LIMIT } from '../src/web/counted.js';
import { COPY_SCRIPT_SOURCE } from '../src/web/copy-script.js';
import type { Frame } from '../src/web/frame.js';
import { noticePage } from '../src/web/notice.page.js';
import { setupPage } from '../src/sign-in/pages/setup.page.js';
import { signInPage } from '../src/sign-in/pages/sign-in.page.js';

const ATTACK = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;`;
const csrf = 'csrf-token';
const links = [{ path: '/', text: 'Start', isAdministration: false }];
const frame: Frame = { csrf, role: 'member', name: 'Ada', links, current: '/', done: null };
const ADA = { name: 'Ada', email: 'a@b.c' };
const START = { frame, viewer: ADA, attention: null, askAgain: null, servers: [], requests: [] };
const ATTENTION = {
  parts: [{ name: 'Clock', isWell: false, remedy: 'Set it.' }],
  waiting: 2,
  disabled: 1,
};
const input = (html: string, name: string) =>
  parsePage(html).find((element) => element.attributes['name'] === name)?.attributes;

const server = (identifier: string, name: string) => ({
  identifier,
  name,
  isOpenToAll: true,
  connections: [{ grantId: 'g', clientName: name, lastUsedAt: new Date(0) }],
});

describe('the service’s pages', () => {
  it.each([
    ['sign-in', signInPage({ csrf })],
    ['sign-in for a client', signInPage({ csrf, interaction: 'i1', clientName: null, redirectHost: 'a.b' })],
    [
      'sign-in again',
      signInPage({ csrf, email: 'ada@example.com', error: 'The email or password is wrong.' }),
    ],
    ['setup', setupPage({ csrf, token: 't' })],
    ['setup again', setupPage({ csrf, token: 't', name: 'Ada', email: 'a@b.c', error: 'They differ.' })],
    ['start', startPage({ ...START, servers: [server('https://auth.example.com/mcp', 'Files')] })],
    ['start of an administrator without a server', startPage({ ...START, attention: ATTENTION })],
    ['notice', noticePage({ title: 'Signed out', message: 'Done.', link: { path: '/', text: 'Start' } })],
    [
      'all of it hostile: sign-in',
      signInPage({
        csrf: ATTACK,
        interaction: ATTACK,
        email: ATTACK,
        error: ATTACK,
        clientName: ATTACK,
        redirectHost: ATTACK,
        resourceName: ATTACK,
      }),
    ],
    [
      'all of it hostile: setup',
      setupPage({ csrf, token: ATTACK, name: ATTACK, email: ATTACK, error: ATTACK }),
    ],
    [
      'all of it hostile: start',
      startPage({
        ...START,
        viewer: { ...ADA, name: ATTACK, email: ATTACK },
        servers: [server(ATTACK, ATTACK)],
        requests: [
          { id: 'r', clientName: ATTACK, redirectUri: ATTACK, server: ATTACK, requestedAt: new Date(0) },
        ],
      }),
    ],
    ['all of it hostile: notice', noticePage({ title: ATTACK, message: ATTACK })],
  ])('are well-formed, self-contained and labelled: %s', (_name, html) =>
    expect(faultsOf(html, [COPY_SCRIPT_SOURCE])).toEqual([]),
  );
});

describe('the overview', () => {
  const days = ['2026-11-25', '2026-11-26'];
  const page = (count: number, live: { grants: number; people: number | null }) => {
    const counts = Object.fromEntries(METRICS.map((metric) => [metric, [0, count]])) as Record<
      Metric,
      number[]
    >;
    return overviewPage({ frame, attention: ATTENTION, live, counts: { days, counts } });
  };

  it('says of a new service that nothing has happened, and names what is wrong and what helps', () => {
    const html = page(0, { grants: 0, people: 0 });
    expect(faultsOf(html)).toEqual([]);
    for (const words of ['Nothing has happened yet.', 'No connections at the moment', 'Clock', 'Set it.'])
      expect(html).toContain(words);
    expect(html).not.toContain('All is well');
  });

  it('says how many connections there are, and of more than it counts no number of people', () => {
    expect(page(1, { grants: 12, people: 1 })).toContain('>12 connections of 1 person<');
    expect(page(1, { grants: COUNT_LIMIT + 1, people: null })).toContain('>more than 10,000 connections<');
    expect(page(1, { grants: 12, people: 1 })).not.toContain('Nothing has happened yet.');
  });
});

describe('the sign-in page', () => {
  it('tells password managers which field is which', () => {
    const html = signInPage({ csrf });
    expect(input(html, 'email')).toMatchObject({ type: 'email', autocomplete: 'username' });
    expect(input(html, 'password')).toMatchObject({ type: 'password', autocomplete: 'current-password' });
  });

  it('carries the interaction, and says what one signs in for', () => {
    const html = signInPage({ csrf, interaction: 'i1', clientName: 'Claude', redirectHost: 'claude.ai' });
    expect(input(html, 'interaction')).toMatchObject({ type: 'hidden', value: 'i1' });
    const [main] = parsePage(html).filter(({ name }) => name === 'main');
    expect(main?.text).toContain('“Claude” at claude.ai wants to connect.');
  });

  it('starts where something is missing, and ties the error to the fields', () => {
    expect(input(signInPage({ csrf }), 'email')).toHaveProperty('autofocus');
    const html = signInPage({ csrf, email: 'ada@example.com', error: 'Wrong.' });
    expect(input(html, 'email')).toMatchObject({ value: 'ada@example.com', 'aria-describedby': 'problem' });
    expect(input(html, 'password')).toMatchObject({ 'aria-invalid': 'true' });
    expect(input(html, 'password')).toHaveProperty('autofocus');
    expect(input(html, 'password')).not.toHaveProperty('value');
  });
});

describe('the setup page', () => {
  it('asks for a new password twice, at least twelve characters long, and never repeats it', () => {
    const html = setupPage({ csrf, token: 't', error: 'The two passwords differ.' });
    expect(input(html, 'password')).toMatchObject({
      autocomplete: 'new-password',
      minlength: '12',
      'aria-describedby': 'problem password-hint',
    });
    for (const name of ['password', 'repeated']) expect(input(html, name)).not.toHaveProperty('value');
  });
});
