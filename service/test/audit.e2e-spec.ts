import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statementsSoFar } from '../../test/support/app.js';
import { AUDIT_TABLE, auditEvents, auditSealed } from './support/audit.js';
import { Browser } from '../../test/support/browser.js';
import { ServiceClient } from './support/service-client.js';
import { fillSignIn, PASSWORD, startStandalone, type Standalone } from './support/standalone.js';

const MEMBER = 'eve@example.com';
/** A thousand characters of three bytes that nothing compresses. */
const HAN = String.fromCodePoint(...Array.from({ length: 1_000 }, () => randomInt(0x4e00, 0x9fff)));

describe('the audit', () => {
  let service: Standalone;
  let member: string;

  beforeAll(async () => {
    service = await startStandalone();
    member = await service.addMember(MEMBER, []);
  });
  afterAll(() => service.close());

  it('has what led to a token, in order, with the person, the client, the server and whence', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const { refresh_token: refreshToken } = await client.tokens(MEMBER, 'mcp:tools');
    await client.refresh(refreshToken);
    const mine = (await auditEvents(service)).filter(({ clientId }) => clientId === client.clientId);
    expect(mine.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'client.register success',
      'policy.decide success',
      'consent success',
      'policy.decide success',
      'token.issue success',
      'policy.decide success',
      'token.issue success',
    ]);
    for (const { userId, resource, address, requestId } of mine.slice(1)) {
      expect([userId, resource]).toEqual([member, service.mcpUrl]);
      expect(address).toMatch(/^(::1|(::ffff:)?127\.0\.0\.1)$/);
      expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('has sign-ins and sign-outs, and why somebody was refused', async () => {
    const before = (await auditEvents(service)).length;
    const browser = new Browser();
    const { issuer } = service;
    const page = await browser.get(`${issuer}/sign-in`);
    await fillSignIn(browser, page, MEMBER, 'a wrong password');
    const home = await browser.follow(await fillSignIn(browser, page, MEMBER, PASSWORD), issuer);
    await browser.send(home, '/sign-out');
    const [refused, success, out] = (await auditEvents(service)).slice(before);
    expect(refused).toMatchObject({
      action: 'sign-in',
      outcome: 'refused',
      userId: null,
      detail: { method: 'password', target: member, reason: 'The email or the password is wrong.' },
    });
    expect(success).toMatchObject({
      action: 'sign-in',
      outcome: 'success',
      userId: member,
      detail: { method: 'password' },
    });
    expect(out).toMatchObject({ action: 'sign-out', userId: member });
  });

  it('has refusals with what was claimed, replays, revocations, and a no', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const { refresh_token: first } = await client.tokens(MEMBER, 'mcp:tools');
    await client.refresh('unknown');
    await client.refresh(first);
    service.clock.advance(91);
    await client.refresh(first);
    const other = await new ServiceClient(service, service.mcpUrl).register();
    const page = await other.authorize(MEMBER, 'mcp:tools');
    await other.browser.submit(page, ['decision', 'deny']);
    const all = await auditEvents(service);
    const of = (clientId: string, action: string) =>
      all.filter((event) => event.clientId === clientId && event.action === action);
    const refusals = of(client.clientId, 'token.issue').filter(({ outcome }) => outcome === 'refused');
    expect(refusals.map(({ detail }) => [detail['grantType'], detail['error']])).toEqual([
      ['refresh_token', 'invalid_grant'],
      ['refresh_token', 'invalid_grant'],
    ]);
    const [ended] = of(client.clientId, 'grant.revoke');
    expect(ended).toMatchObject({ userId: member, resource: service.mcpUrl });
    const replay = all.find(({ action }) => action === 'token.replay');
    expect(replay?.detail).toEqual({ grantId: ended?.detail['grantId'], what: 'refresh token' });
    expect(of(other.clientId, 'consent')).toMatchObject([{ outcome: 'refused', userId: member }]);
  });

  it('never has a secret, and takes whatever a request claims', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register({
      client_name: 'NUL-free \u202e name',
    });
    const tokens = await client.tokens(MEMBER, 'mcp:tools');
    const rotated = await client.refresh(tokens.refresh_token);
    const claim = encodeURIComponent('x'.repeat(5_000));
    const half = '%ED%A0%80';
    for (const clientId of [claim, half, encodeURIComponent(HAN), encodeURIComponent("'; DROP TABLE")])
      await fetch(`${service.issuer}/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `client_id=${clientId}&grant_type=refresh_token&refresh_token=secret-of-somebody`,
      });
    const text = JSON.stringify(await auditEvents(service));
    const secrets = [tokens.access_token, tokens.refresh_token, rotated.body.refresh_token, PASSWORD];
    for (const secret of [...secrets, 'secret-of-somebody']) expect(text).not.toContain(secret);
    expect(text).toContain(`"${'x'.repeat(2_000)}"`);
    // Nothing that an index cannot take, either.
    expect(text).toContain(HAN.slice(0, 600));
  });

  it('refuses to be changed: UPDATE, DELETE and TRUNCATE', async () => {
    await auditSealed(service);
    const before = await auditEvents(service);
    for (const statement of [
      `UPDATE ${AUDIT_TABLE} SET "outcome" = 'success'`,
      `UPDATE ${AUDIT_TABLE} SET "mac" = 'other'`,
      `UPDATE ${AUDIT_TABLE} SET "position" = NULL, "mac" = NULL`,
      `DELETE FROM ${AUDIT_TABLE}`,
      `TRUNCATE ${AUDIT_TABLE}`,
    ])
      await expect(service.dataSource.query(statement)).rejects.toThrow('The audit is written once');
    expect(await auditEvents(service)).toEqual(before);
  });

  it('does not make a token answer wait for the database', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    let { refresh_token: refreshToken } = await client.tokens(MEMBER, 'mcp:tools');
    const counts: number[] = [];
    for (let round = 0; round < 8; round++) {
      await auditSealed(service);
      const before = statementsSoFar();
      const { body } = await client.refresh(refreshToken);
      counts.push(statementsSoFar() - before);
      refreshToken = body.refresh_token;
    }
    // The rotation and the account; other rounds have the background's statements in them.
    expect(Math.min(...counts)).toBe(2);
  });
});
