import { Logger } from '@nestjs/common';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PolicyChanges } from '../src/policy/policy-changes.js';
import { Browser } from '../../test/support/browser.js';
import { FederatedPerson, GRACE, startFederatedService } from './support/federated-person.js';
import { ADMINISTRATOR, fillSignIn, PASSWORD } from './support/standalone.js';

describe('providers of the policy file', () => {
  let federated: Awaited<ReturnType<typeof startFederatedService>>;

  beforeAll(async () => {
    federated = await startFederatedService();
  });
  afterAll(() => federated.close());

  const accessPage = async () => {
    const { issuer } = federated.service;
    const browser = new Browser();
    await fillSignIn(browser, await browser.get(`${issuer}/sign-in`), ADMINISTRATOR.email, PASSWORD);
    return (await browser.get(`${issuer}/admin/access`)).body;
  };

  it('sign people in beside the one of the environment, each at a callback of its own', async () => {
    const { service, other } = federated;
    const person = new FederatedPerson(service, other, undefined, 'partners');
    const authorization = await person.toProvider();
    expect(authorization.origin).toBe(other.issuer);
    expect(authorization.searchParams.get('redirect_uri')).toBe(
      `${service.issuer}/sign-in/partners/callback`,
    );
    other.say(authorization, { ...GRACE, email: 'grace@partners.example' });
    expect((await person.comeBack(authorization)).headers.get('location')).toBe('/');
    expect(await person.isSignedIn()).toBe(true);
  });

  it('speak for their own domains alone', async () => {
    const { service, other } = federated;
    const person = new FederatedPerson(service, other, undefined, 'partners');
    const before = await federated.rows();
    const answer = await person.signIn({ ...GRACE, sub: 'eve' });
    expect([answer.status, answer.body]).toEqual([
      403,
      expect.stringContaining('alone speaks for your email address'),
    ]);
    expect(await federated.rows()).toEqual(before);
  });

  it('leave the rules to the database', async () => {
    const page = await accessPage();
    expect(page).toContain('Add a rule');
    expect(page).not.toContain('The rules are in a file');
  });

  it('change at the next start alone, and rules at once, unless the file has lost them', async () => {
    const { service, file } = federated;
    const changes = service.application.get(PolicyChanges);
    const warn = vi.spyOn(Logger.prototype, 'warn');
    const text = await readFile(file, 'utf8');
    await writeFile(file, `${text}rules: []\n`);
    await changes.rereadFile();
    expect(warn).not.toHaveBeenCalled();
    expect(await accessPage()).toContain('The rules are in a file');
    await writeFile(file, text);
    await changes.rereadFile();
    expect(await accessPage()).toContain('The rules are in a file');
    await writeFile(file, `${text.replace('id: partners', 'id: others')}rules: []\n`);
    await changes.rereadFile();
    expect(warn.mock.calls).toEqual([
      ['The providers in MCP_AUTH_POLICY_FILE have changed: restart the service to use them.'],
    ]);
    warn.mockRestore();
    const page = await new Browser().get(`${service.issuer}/sign-in`);
    expect(page.body).toContain('action="/sign-in/partners"');
    expect(page.body).not.toContain('action="/sign-in/others"');
  });
});
