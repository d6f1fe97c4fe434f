import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../test/support/page-check.js';
import type { Connection, ProtectedResource } from 'nestjs-mcp-auth';
import type { CatalogGrant } from 'nestjs-mcp-auth/service-kit';
import { Identity } from '../src/people/entities/identity.entity.js';
import { Session } from '../src/people/entities/session.entity.js';
import type { OidcProviderConfig } from '../src/config/oidc-provider.js';
import { User } from '../src/people/entities/user.entity.js';
import { COPY_SCRIPT_SOURCE } from '../src/web/copy-script.js';
import type { Frame } from '../src/web/frame.js';
import { ListAddress } from '../src/web/list-address.js';
import type { Role } from '../src/web/roles.js';
import { accountPage } from '../src/account/pages/account.page.js';
import { invitationPage } from '../src/sign-in/pages/invitation.page.js';
import { linkPage } from '../src/people/pages/link.page.js';
import { newsPage } from '../src/sign-in/pages/news.page.js';
import { passwordLinkPage } from '../src/sign-in/pages/password-link.page.js';
import { passwordPage } from '../src/account/pages/password.page.js';
import { invitationsPage } from '../src/people/pages/invitations.page.js';
import { invitePage } from '../src/people/pages/invite.page.js';
import { peoplePage } from '../src/people/pages/people.page.js';
import {
  deletePage,
  disableOneselfPage,
  disablePage,
  disconnectPage,
  mergeFormPage,
  mergePage,
  passwordLinkQuestion,
  signOutPage,
} from '../src/console/person/person-questions.js';
import { personPage } from '../src/console/person/person.page.js';
import { startPage } from '../src/console/start/pages/start.page.js';

const ATTACK = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;\u202e\u0007`;
const ID = '00000000-0000-4000-8000-000000000000';
const at = new Date(0);
const csrf = 'csrf-token';

const providerOf = (text: string): OidcProviderConfig => ({
  id: 'sso',
  name: text,
  issuer: text,
  clientId: text,
  clientSecret: '',
  domains: [],
  hostedDomain: 'optional',
  scopes: 'openid',
  groupsClaim: 'groups',
  groupsUrl: null,
  source: false,
  authTime: 'required',
  signOut: false,
});

/** Every page about accounts, with this for every text that is a stranger's. */
function pages(text: string, role: Role): [string, string][] {
  const links = [{ path: '/', text: 'Start', isAdministration: role !== 'member' }];
  const frame: Frame = { csrf, role, name: text, links, current: '/', done: text };
  const viewer = { id: ID, subject: ID, name: text, email: text, role, sessionId: ID, provedAt: at };
  const user = Object.assign(new User(), {
    id: ID,
    name: text,
    email: text,
    role,
    groups: [text],
    createdAt: at,
    lastSignInAt: at,
    disabledAt: null,
  });
  const session = Object.assign(new Session(), {
    id: ID,
    userAgent: text,
    ipAddress: text,
    createdAt: at,
    updatedAt: at,
  });
  const other = Object.assign(new Session(), session, { id: '00000000-0000-4000-8000-000000000001' });
  const connection: Connection = {
    grantId: ID,
    clientId: text,
    clientName: text,
    redirectUri: text,
    resource: 'https://mcp.example',
    scopes: ['mcp:tools'],
    createdAt: at,
    lastUsedAt: at,
  };
  const identity = Object.assign(new Identity(), { id: ID, issuer: text, sub: text, groups: [text] });
  const shared = { frame, providers: [providerOf(text)] };
  const person = { user, hasPassword: true, identities: [identity] };
  const identities = [identity];
  const grant: CatalogGrant = {
    grantId: ID,
    kind: 'person',
    userId: ID,
    clientId: text,
    clientName: text,
    clientRow: ID,
    resource: text,
    scopes: [text],
    createdAt: at,
    lastUsedAt: at,
    key: [],
  };
  const server = { identifier: text, name: text, scopes: {}, enabled: true } as ProtectedResource;
  const lists = { sessions: [session, other], connections: [connection] };
  const holdings = {
    sessions: [session],
    sessionCount: 2,
    grants: 2,
    at: new Date(),
    latest: [grant],
    hasMore: true,
    invitations: 1,
  };
  const providers = [{ id: 'sso', name: text }];
  const disabled = { ...person, user: Object.assign(new User(), user, { disabledAt: at }) };
  const invitation = {
    id: ID,
    hash: '',
    email: text,
    name: text,
    role,
    invitedBy: ID,
    createdAt: at,
    expiresAt: at,
  };
  const form = { csrf, email: text, name: text, role };
  const page = { previous: text, next: text, count: 2 };
  const sorting = { by: 'name', descending: false };
  const search = { search: text, group: text, method: text };
  const list = { ...page, rows: [person, disabled] };
  const asked = { frame, search, sorting, address: new ListAddress('/admin/people', search), invited: 1 };
  const requests = [{ id: ID, clientName: text, redirectUri: text, server: text, requestedAt: at }];
  const link = {
    frame,
    title: 'A link',
    email: text,
    link: 'https://auth.example/x',
    words: 'Once.',
    back: { path: '/', text: 'Back' },
  };
  return [
    ['start', startPage({ frame, viewer, attention: null, askAgain: text, servers: [], requests })],
    [
      'account',
      accountPage({
        frame,
        viewer,
        ...lists,
        identities,
        events: [{ id: ID, at, action: 'account.unlink', by: 'administrator', detail: { issuer: text } }],
        known: shared.providers,
        onlyWays: new Set([ID]),
        providers,
        passwords: true,
        problem: 'Wrong.',
      }),
    ],
    ['people', peoplePage({ ...shared, ...asked, list, problem: null })],
    ['people, refused', peoplePage({ ...shared, ...asked, list: null, problem: 'Wrong.' })],
    ['nobody', peoplePage({ ...shared, ...asked, list: { ...list, rows: [] }, problem: null })],
    [
      'invitations',
      invitationsPage({ frame, list: { ...page, rows: [invitation] }, inviters: new Map([[ID, user]]) }),
    ],
    ['invite', invitePage({ frame, form, problem: 'Wrong.' })],
    [
      'person',
      personPage({
        ...shared,
        person,
        holdings,
        access: [{ server, answers: [{ clients: [], outcome: 'Nothing.' }] }],
        passwords: true,
        onlyWays: new Set([ID]),
        problem: 'Wrong.',
      }),
    ],
    [
      'person, disabled',
      personPage({
        ...shared,
        person: disabled,
        holdings,
        access: [],
        passwords: false,
        onlyWays: new Set<string>(),
      }),
    ],
    ['disable', disablePage({ frame, person, holdings })],
    ['disable oneself', disableOneselfPage({ frame, person, holdings })],
    ['delete', deletePage({ frame, person, holdings })],
    ['sign out', signOutPage({ frame, person, holdings })],
    ['disconnect', disconnectPage({ frame, person, holdings })],
    ['a new password', passwordLinkQuestion({ frame, person })],
    ['merge which', mergeFormPage({ frame, person, email: text, problem: 'Wrong.' })],
    ['merge', mergePage({ frame, person, other: disabled, holdings })],
    ['news', newsPage({ csrf, news: text, interaction: text })],
    ['link', linkPage(link)],
    ['password', passwordPage({ frame, email: text, error: 'Wrong.' })],
    ['password link', passwordLinkPage({ csrf, token: text, email: text, error: 'Wrong.' })],
    [
      'invitation',
      invitationPage({ csrf, token: text, email: text, providers, passwords: true, error: 'Wrong.' }),
    ],
    [
      'invitation, no way in',
      invitationPage({ csrf, token: text, email: text, providers: [], passwords: false }),
    ],
  ];
}

describe('the pages about accounts', () => {
  it.each([...pages('Ada', 'member'), ...pages('Ada', 'administrator'), ...pages(ATTACK, 'administrator')])(
    'are well-formed, self-contained and labelled, whatever they are given: %s',
    (_name, html) => expect(faultsOf(html, [COPY_SCRIPT_SOURCE])).toEqual([]),
  );

  it.each(pages(ATTACK, 'auditor'))('show no letter that turns or hides text: %s', (_name, html) => {
    const shown = html.replaceAll(/ value="[^"]*"/g, '');
    for (const letter of ['\u202e', '\u0007']) expect(shown.includes(letter)).toBe(false);
    expect(html.includes('<script>alert')).toBe(false);
  });

  it('offer an auditor no change', () => {
    for (const [name, html] of pages('Ada', 'auditor').filter(([name]) =>
      /^(people|person|nobody)/.test(name),
    )) {
      const posts = [...html.matchAll(/<form method="post" action="([^"]+)"/g)].map(([, action]) => action);
      expect([name, posts]).toEqual([name, ['/sign-out']]);
    }
  });
});
