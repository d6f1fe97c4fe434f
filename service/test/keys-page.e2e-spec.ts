import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { McpSigningKeys } from 'nestjs-mcp-auth';
import type { Browser } from '../../test/support/browser.js';
import { addPerson, press, signedIn } from './support/administration.js';
import { auditEvents } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

describe('the page of the signing keys', () => {
  let service: Standalone;
  let ada: Browser;

  beforeAll(async () => {
    service = await startStandalone();
    await addPerson(service, 'auditor@example.com', 'auditor');
    ada = await signedIn(service);
  });
  afterAll(() => service.close());

  const keys = () => service.application.get(McpSigningKeys).list();
  const signing = (alg: string) =>
    keys().find((key) => key.alg === alg && key.state === 'signing')?.kid ?? '';
  const page = async (browser = ada) => (await browser.get(`${service.issuer}/admin/keys`)).body;
  const lastRotation = async () =>
    (await auditEvents(service)).findLast(({ action }) => action === 'key.rotate');

  it('shows every key with its state and age, and to an auditor nothing to press', async () => {
    service.clock.advance(2 * 86_400);
    ada = await signedIn(service);
    const { body } = await ada.get(`${service.issuer}/admin/keys`);
    for (const { kid } of keys()) expect(body).toContain(kid);
    expect(body).toContain('2 days');
    expect(body).toContain('/compromised');
    const seen = await page(await signedIn(service, 'auditor@example.com'));
    expect(seen).toContain(signing('ES256'));
    expect(seen).not.toMatch(/\/rotate|\/compromised/);
  });

  it('rotates a key: the successor waits, is made once, and the audit says who asked', async () => {
    const kid = signing('ES256');
    const answers = [
      await press(service, ada, `/admin/keys/${kid}/rotate`),
      await press(service, ada, `/admin/keys/${kid}/rotate`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    const after = await page();
    expect(after).toContain('A new ES256 key is published.');
    expect(keys().filter(({ alg }) => alg === 'ES256')).toMatchObject([
      { state: 'next' },
      { kid, state: 'signing' },
    ]);
    const [person] = await service.dataSource.query<{ id: string }[]>(
      'SELECT id FROM mcp_auth."user" WHERE email = $1',
      [ADMINISTRATOR.email],
    );
    expect(await lastRotation()).toMatchObject({
      outcome: 'success',
      userId: person?.id,
      detail: { revoked: [] },
    });
  });

  it('replaces a key that has leaked after naming what ends, and refuses what it signed at once', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const { access_token: token, refresh_token: refreshToken } = await client.tokens(
      ADMINISTRATOR.email,
      'mcp:tools',
    );
    const call = (bearer: string) =>
      fetch(service.mcpUrl, { method: 'POST', headers: { authorization: `Bearer ${bearer}` } });
    expect((await call(token)).status).not.toBe(401);
    const [kid, rs] = [signing('ES256'), signing('RS256')];
    const question = await ada.get(`${service.issuer}/admin/keys/${kid}/compromised`);
    expect(question.status).toBe(200);
    expect(question.body).toContain('2 keys of ES256 leave for good');
    expect(signing('ES256')).toBe(kid);

    const action = `/admin/keys/${kid}/compromised`;
    const stale = await press(service, ada, action, { shown: kid });
    expect([stale.status, signing('ES256')]).toEqual([409, kid]);
    expect(stale.body).toContain('The keys have changed since this page was shown.');
    const answer = await ada.send(question, action, {});
    expect(answer.status).toBe(303);
    expect(keys().map((key) => key.kid)).not.toContain(kid);
    expect(signing('RS256')).toBe(rs);
    expect((await call(token)).status).toBe(401);
    const refreshed = await client.refresh(refreshToken);
    expect(refreshed.status).toBe(200);
    expect((await call(refreshed.body.access_token)).status).not.toBe(401);
    expect((await lastRotation())?.detail['revoked']).toContain(kid);

    const replaced = signing('ES256');
    const again = await ada.send(question, action, {});
    expect(again.status).toBe(404);
    expect(again.body).toContain('This key is not published any more');
    expect(signing('ES256')).toBe(replaced);
  });

  it.each([
    ['words', 'no key'],
    ['NUL', '%00'],
    ['10,000 letters', 'a'.repeat(10_000)],
  ])('answers 404 for a key that is %s, and changes nothing', async (_what, kid) => {
    const before = keys();
    for (const action of ['rotate', 'compromised']) {
      const path = `/admin/keys/${encodeURIComponent(kid)}/${action}`;
      expect((await press(service, ada, path, { shown: kid.slice(0, 100) })).status).toBe(404);
    }
    expect(keys()).toEqual(before);
  });

  it('asks whoever signed in more than ten minutes ago to sign in again', async () => {
    service.clock.advance(601);
    const kid = signing('ES256');
    for (const answer of [
      await ada.get(`${service.issuer}/admin/keys/${kid}/compromised`),
      await press(service, ada, `/admin/keys/${kid}/compromised`),
    ]) {
      expect(answer.status).toBe(403);
      expect(answer.body).toContain('more than ten minutes ago');
    }
    expect(signing('ES256')).toBe(kid);
  });
});
