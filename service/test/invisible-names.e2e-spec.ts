import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_ADMIN_SCOPES } from '../src/config/admin-scopes.js';
import type { Browser } from '../../test/support/browser.js';
import { adminToken, api } from './support/admin-client.js';
import { addPerson, everything, signedIn } from './support/administration.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const TURNED = 'Pay\u202Eroll';
const HIDDEN = 'Pay\u200Broll';
const WORDS = 'must be one line, without characters that cannot be seen or turn the text around them';
const SERVER = 'https://payroll.example.com/mcp';

describe('a name that looks like another', () => {
  let service: Standalone;
  let ada: Browser;
  let token: string;

  beforeAll(async () => {
    service = await startStandalone();
    ada = await signedIn(service);
    token = await adminToken(service, ALL_ADMIN_SCOPES.join(' '));
  });
  afterAll(() => service.close());

  it.each<[string, string, (name: string) => Record<string, string>]>([
    [
      'a rule',
      '/admin/access/rules',
      (name) => ({ name, server: service.mcpUrl, whom: 'everyone', groups: '' }),
    ],
    ['a server', '/admin/servers/add', (name) => ({ identifier: SERVER, name, scopes: '' })],
    [
      'an application',
      '/admin/clients/new',
      (name) => ({ name, redirectUris: 'https://wiki.example.com/callback' }),
    ],
    [
      'a service account',
      '/admin/clients/new-service-account',
      (name) => ({ clientId: 'job', name, resource: service.mcpUrl, scopes: '' }),
    ],
    [
      'somebody who is invited',
      '/admin/people/invitations/new',
      (name) => ({ email: 'new@example.com', name, role: 'member' }),
    ],
  ])('is none of %s, on the page', async (_what, path, fields) => {
    const before = await everything(service);
    const page = await ada.get(`${service.issuer}/account`);
    for (const name of [TURNED, HIDDEN]) {
      const answer = await ada.send(page, path, fields(name));
      expect([answer.status, answer.body]).toEqual([400, expect.stringContaining(WORDS)]);
    }
    expect(await everything(service)).toBe(before);
  });

  it.each<[string, string, (name: string) => object]>([
    [
      'a rule',
      '/rules',
      (name) => ({
        name,
        groups: null,
        clients: null,
        until: null,
        servers: [{ resource: service.mcpUrl, scopes: null }],
      }),
    ],
    ['a server', '/servers', (name) => ({ identifier: SERVER, name, scopes: {} })],
    ['a server’s words', '/servers', (name) => ({ identifier: SERVER, name: 'P', scopes: { x: name } })],
    [
      'an application',
      '/clients',
      (name) => ({ name, redirectUris: ['https://wiki.example.com/callback'], confidential: false }),
    ],
    [
      'a service account',
      '/service-accounts',
      (name) => ({ clientId: 'job', name, resources: [service.mcpUrl], scopes: [] }),
    ],
    [
      'somebody who is invited',
      '/invitations',
      (name) => ({ email: 'new@example.com', name, role: 'member' }),
    ],
  ])('is none of %s, at the API', async (_what, path, body) => {
    const before = await everything(service);
    for (const name of [TURNED, HIDDEN]) {
      const answer = await api(service, token, 'POST', path, { body: body(name) });
      expect(answer.body).toMatchObject({
        status: 400,
        detail: expect.stringContaining(WORDS) as string,
      });
    }
    expect(await everything(service)).toBe(before);
  });

  it.each([
    ['adm\u0456n@example.com', true],
    ['admin@\u0435xample.com', true],
    ['\u0438\u0432\u0430\u043d@example.com', false],
    ['zo\u00eb.o-1@example.com', false],
  ])('is shown where an email mixes alphabets: %s (UTS #39 §5.1)', async (email, isMixed) => {
    const path = '/admin/people/invitations/new';
    const made = await ada.send(await ada.get(service.issuer + path), path, { email, role: 'member' });
    expect([made.status, made.body.includes('Letters of several alphabets')]).toEqual([200, isMixed]);
    const id = await addPerson(service, email, 'member');
    const { body } = await ada.get(`${service.issuer}/admin/people/${id}`);
    expect(body.includes('Letters of several alphabets')).toBe(isMixed);
  });
});
