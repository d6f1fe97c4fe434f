import { authorizationUrl } from './service.mjs';

/** Enough for several pages of a list. */
const CLIENTS = 60;
/** Of strangers, who choose what they are called. */
const HOSTILE = ['<script>alert(1)</script>', 'W'.repeat(200), '\u202Eedualc', 'Claude '.repeat(12)];

/** What administrators run the service with; one of them is signed in, and has connected an application. */
export async function takeConsolePages({ origin }, page, picture) {
  for (let made = 0; made < CLIENTS; made++)
    await authorizationUrl(
      origin,
      `https://host${made}.example.com/callback`,
      HOSTILE[made] ?? `Client ${made}`,
    );
  const take = async (path, name) => {
    await page.goto(origin + path);
    await picture(name);
  };
  await take('/', 'start');
  await take('/account/sessions', 'own-sessions');
  await take('/account/connections', 'own-connections');
  await page.goto(`${origin}/admin/people`);
  await take(`${await page.getAttribute('tbody a', 'href')}/sessions`, 'person-sessions');
  await take('/admin/clients', 'clients');
  await take('/admin/clients?search=nobody', 'clients-none');
  await page.goto(`${origin}/admin/clients`);
  const client = await page.getAttribute('tbody a', 'href');
  await take(client, 'client');
  await take(`${client}/block`, 'client-block');
  await take(`${client}/delete`, 'client-delete');
  await take('/admin/connections', 'connections');
  await take('/admin/connections/end?person=ada@example.com', 'connections-end');
  await take('/admin/clients/new', 'client-new');
  await take('/admin/clients/new-service-account', 'service-account-new');
  await page.fill('[name=clientId]', 'nightly-report');
  await page.fill('[name=name]', 'Nightly report');
  await page.selectOption('[name=resource]', `${origin}/mcp`);
  await page.fill('[name=scopes]', 'mcp:tools');
  await page.click('main form button');
  await picture('service-account-secret');
  await take('/admin/servers', 'servers');
  await take('/admin/servers/add', 'server-add');
  await page.goto(`${origin}/admin/servers`);
  await page.click('tbody a');
  await picture('server');
  const server = encodeURIComponent(`${origin}/mcp`);
  await take(`/admin/servers/disable?server=${server}`, 'server-disable');
  await take(`/admin/servers/credentials?server=${server}`, 'server-credentials');
  await take('/admin/keys', 'keys');
  await page.click('main a.danger, main a:has-text("leaked")');
  await picture('key-leaked');
  await take('/admin/providers', 'providers-none');
  await take('/admin/settings', 'settings');
  await take('/admin/settings/sign-out?disconnect=yes', 'sign-everyone-out');
  // It counts once a minute: by now something has happened.
  await take('/admin', 'overview');
}
