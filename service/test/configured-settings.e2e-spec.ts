import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../src/config/service-config.js';
import { SettingsInForce } from '../src/config/settings-in-force.js';
import { SettingsChanges } from '../src/settings/settings-changes.js';
import { press, signedIn } from './support/administration.js';
import { PNG } from './support/logo.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const author = { userId: null, clientId: 'terraform', scopes: ['admin:settings'] as const };

describe('settings of the configuration', () => {
  let service: Standalone;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-logo-'));
    await writeFile(join(folder, 'logo.png'), PNG);
    service = await startStandalone({
      MCP_AUTH_COMPANY_NAME: 'Acme',
      MCP_AUTH_COMPANY_LOGO: join(folder, 'logo.png'),
      MCP_AUTH_SESSION_IDLE: '600',
    });
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('hold, are named as such, and are not offered to be changed', async () => {
    const ada = await signedIn(service);
    const { body } = await ada.get(`${service.issuer}/admin/settings`);
    expect(body).toContain('Set by <code>MCP_AUTH_COMPANY_NAME</code>: it is changed there.');
    expect(body).toContain('<img src="/logo/');
    expect(body).not.toMatch(/name="(companyName|logo|sessionIdle)"/);
    expect(body).toContain('name="colour"');
    service.clock.advance(601);
    expect((await ada.get(`${service.issuer}/account`)).status).toBe(303);
  });

  it('are not changed by whoever asks for it all the same', async () => {
    const ada = await signedIn(service);
    const { body } = await ada.get(`${service.issuer}/admin/settings`);
    const version = /name="version" value="([^"]+)"/.exec(body)?.[1] ?? '';
    const answer = await press(service, ada, '/admin/settings', {
      version,
      companyName: 'Globex',
      colour: '#112233',
    });
    expect(answer.status).toBe(409);
    expect(answer.body).toContain(
      'The name is set by MCP_AUTH_COMPANY_NAME in the configuration of the service',
    );
    expect(service.application.get(SettingsInForce).current).toMatchObject({
      companyName: 'Acme',
      colour: null,
    });
    expect((await press(service, ada, '/admin/settings/logo/remove')).status).toBe(409);
  });

  it.each([
    [{ MCP_AUTH_COMPANY_NAME: 'a\u202Eb' }, 'MCP_AUTH_COMPANY_NAME must be one line'],
    [{ MCP_AUTH_COMPANY_COLOUR: 'red' }, 'MCP_AUTH_COMPANY_COLOUR must be written as #1f54cf'],
    [{ MCP_AUTH_COMPANY_LOGO: '/nowhere' }, 'MCP_AUTH_COMPANY_LOGO /nowhere cannot be read'],
    [{ MCP_AUTH_COMPANY_LOGO: import.meta.filename }, 'The logo must be a PNG, JPEG or WebP picture.'],
    [{ MCP_AUTH_HELP_URL: 'javascript:alert(1)' }, 'MCP_AUTH_HELP_URL must be an https URL'],
    [{ MCP_AUTH_CONTACT: 'mailto:nobody' }, 'MCP_AUTH_CONTACT must be an https URL, or mailto:'],
    [{ MCP_AUTH_SESSION_IDLE: '1' }, 'MCP_AUTH_SESSION_IDLE must be a whole number'],
    [
      { MCP_AUTH_SESSION_IDLE: '7200', MCP_AUTH_SESSION_MAX_AGE: '3600' },
      'MCP_AUTH_SESSION_IDLE 7200 must not be longer than MCP_AUTH_SESSION_MAX_AGE',
    ],
  ])('stop the start with a sentence: %j', (environment, sentence) => {
    expect(() => readConfig(environment)).toThrow(sentence);
  });
});

describe('one time of the configuration, beside the other one of the console', () => {
  let service: Standalone;

  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_SESSION_MAX_AGE: '14400' });
  });
  afterAll(() => service.close());

  const set = (draft: object) =>
    service.application.get(SettingsChanges).update(author, draft, () => undefined);
  const inForce = () => service.application.get(SettingsInForce).current;

  it('ends sessions no later, and keeps no other setting from being changed', async () => {
    expect(inForce()).toMatchObject({ sessionIdle: 14_400, sessionMaxAge: 14_400 });
    await set({ companyName: 'Acme' });
    await set({ logo: null });
    expect(inForce().companyName).toBe('Acme');
    await set({ sessionIdle: 7_200 });
    expect(inForce().sessionIdle).toBe(7_200);
    await expect(set({ sessionIdle: 14_401 })).rejects.toThrow('must not be longer than the time in all');
    await set({ sessionIdle: null });
    expect(inForce().sessionIdle).toBe(14_400);
  });
});
