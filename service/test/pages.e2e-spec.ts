import { describe, expect, it } from 'vitest';
import { faultsOf, parsePage } from '../../test/support/page-check.js';
import { homePage } from '../src/account/pages/home.page.js';
import type { Frame } from '../src/web/frame.js';
import { noticePage } from '../src/web/notice.page.js';
import { setupPage } from '../src/sign-in/pages/setup.page.js';
import { signInPage } from '../src/sign-in/pages/sign-in.page.js';

const ATTACK = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;`;
const csrf = 'csrf-token';
const issuer = 'https://auth.example.com';
const links = [{ path: '/', text: 'Start', isAdministration: false }];
const frame: Frame = { csrf, role: 'member', name: 'Ada', links, current: '/', done: null };
const ADA = { name: 'Ada', email: 'a@b.c' };
const input = (html: string, name: string) =>
  parsePage(html).find((element) => element.attributes['name'] === name)?.attributes;

const server = (identifier: string, name: string) => ({
  identifier,
  name,
  connections: [{ grantId: 'g', clientName: name }],
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
    [
      'home',
      homePage({
        frame,
        viewer: ADA,
        issuer,
        servers: [server(`${issuer}/mcp`, 'Files')],
        openExample: `${issuer}/mcp`,
      }),
    ],
    ['home without a server', homePage({ frame, viewer: ADA, issuer, servers: [], openExample: null })],
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
      'all of it hostile: home',
      homePage({
        frame,
        viewer: { ...ADA, name: ATTACK, email: ATTACK },
        issuer: ATTACK,
        servers: [server(ATTACK, ATTACK)],
        openExample: ATTACK,
      }),
    ],
    ['all of it hostile: notice', noticePage({ title: ATTACK, message: ATTACK })],
  ])('are well-formed, self-contained and labelled: %s', (_name, html) => expect(faultsOf(html)).toEqual([]));
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
