import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { User } from '../src/people/entities/user.entity.js';
import { AuditTrail } from '../src/audit/audit-trail.js';
import { auditEvents, auditSealed } from './support/audit.js';
import { Browser } from '../../test/support/browser.js';
import { faultsOf } from '../../test/support/page-check.js';
import { PAGE_SIZE } from '../src/web/cursor.js';
import { ServiceClient } from './support/service-client.js';
import {
  ADMINISTRATOR,
  fillSignIn,
  PASSWORD,
  startStandalone,
  type Standalone,
} from './support/standalone.js';

const AUDITOR = 'audrey@example.com';
const MEMBER = 'eve@example.com';

describe('the audit page', () => {
  let service: Standalone;
  let client: ServiceClient;
  const browsers = new Map<string, Browser>();

  beforeAll(async () => {
    service = await startStandalone();
    await service.addMember(MEMBER, []);
    const id = await service.addMember(AUDITOR, []);
    await service.dataSource.getRepository(User).update({ id }, { role: 'auditor' });
    client = await new ServiceClient(service, service.mcpUrl).register({ client_name: '<i>Notes\u202e</i>' });
    await client.tokens(MEMBER, 'mcp:tools');
    for (const email of [ADMINISTRATOR.email, AUDITOR, MEMBER]) {
      const browser = new Browser();
      const page = await browser.get(`${service.issuer}/sign-in`);
      await browser.follow(await fillSignIn(browser, page, email, PASSWORD), service.issuer);
      browsers.set(email, browser);
    }
    browsers.set('nobody', new Browser());
    await auditSealed(service);
  });
  afterAll(() => service.close());

  const get = (path = '', who = AUDITOR) =>
    (browsers.get(who) ?? new Browser()).request(`${service.issuer}/admin/audit${path}`, {
      headers: { accept: 'text/html' },
    });
  const shown = (body: string) => body.match(/href="\/admin\/audit\/[0-9a-f-]{36}"/g)?.length ?? 0;

  it.each([
    [ADMINISTRATOR.email, 200],
    [AUDITOR, 200],
    [MEMBER, 403],
    ['nobody', 303],
  ])('answers %s with %i, the export too', async (who, status) => {
    expect((await get('', who)).status).toBe(status);
    expect((await get('/export', who)).status).toBe(status);
  });

  it('shows who did what, and foreign names as text that turns nothing around', async () => {
    const { body } = await get(`?clientId=${client.clientId}`);
    expect(shown(body)).toBe(5);
    expect(body).toContain('eve@example.com');
    expect(faultsOf(body)).toEqual([]);
    const [registered] = (await auditEvents(service)).filter(({ action }) => action === 'client.register');
    const one = await get(`/${registered?.id ?? ''}`);
    expect([one.status, faultsOf(one.body)]).toEqual([200, []]);
    expect(one.body).toContain('&lt;i>Notes &lt;/i>');
    expect(one.body).not.toContain('\u202e');
    for (const unknown of ['00000000-0000-4000-8000-000000000000', 'x', '%00'])
      expect((await get(`/${unknown}`)).status).toBe(404);
  });

  it('narrows by action, outcome, person, client and request', async () => {
    const all = await auditEvents(service);
    const [consent] = all.filter(({ action }) => action === 'consent');
    const count = async (query: string) => shown((await get(query)).body);
    expect(await count('?action=consent')).toBe(1);
    expect(await count('?action=consent&outcome=refused')).toBe(0);
    expect(await count(`?person=${MEMBER.toUpperCase()}&action=sign-in`)).toBe(2);
    expect(await count(`?person=${consent?.userId ?? ''}&action=sign-in`)).toBe(2);
    expect(await count(`?requestId=${consent?.requestId ?? ''}`)).toBeGreaterThan(0);
    expect(await count('?action=&outcome=&person=&clientId=&requestId=')).toBe(
      Math.min(all.length, PAGE_SIZE),
    );
  });

  it('leads from an event to its person, its application and its request', async () => {
    const { body } = await get(`?clientId=${client.clientId}&action=consent`);
    const member = await service.dataSource.getRepository(User).findOneByOrFail({ email: MEMBER });
    const [event] = (await auditEvents(service)).filter(({ action }) => action === 'consent');
    for (const link of [
      `/admin/people/${member.id}`,
      `/admin/audit?clientId=${client.clientId}`,
      `/admin/audit?requestId=${event?.requestId ?? ''}`,
    ])
      expect(body).toContain(`href="${link}"`);
  });

  it('narrows to what was lately, on the page and in the file', async () => {
    await auditEvents(service);
    expect(shown((await get('?last=1h')).body)).toBeGreaterThan(0);
    expect((await get('/export?action=consent&last=1h')).body).toContain('"consent"');
    service.clock.advance(2 * 3_600);
    expect(shown((await get('?action=consent&last=1h')).body)).toBe(0);
    expect((await get('/export?action=consent&last=1h')).body).toBe('');
    expect(shown((await get('?action=consent&last=24h')).body)).toBe(1);
    expect(shown((await get('?action=consent&last=24h&since=2100-01-01')).body)).toBe(0);
  });

  it.each([
    ['?action=other', 'There is no such action.'],
    ['?outcome=maybe', 'There is no such outcome.'],
    ['?before=x', 'The address of this page of the list is broken.'],
    ['?last=1y', 'There is no such period.'],
    ['?person=a&person=b', 'The person takes up to'],
    ['?requestId=%00', 'A field holds a character it must not have.'],
  ])('says what is wrong with %s', async (query, sentence) => {
    const { status, body } = await get(query);
    expect([status, body.includes(sentence)]).toEqual([400, true]);
  });

  it('keeps a name that nobody has as a digest, and finds it when it is typed', async () => {
    const typed = 'Correct-Horse-Battery!';
    const browser = new Browser();
    const page = await browser.get(`${service.issuer}/sign-in`);
    await fillSignIn(browser, page, typed, 'x');
    const events = await auditEvents(service);
    expect(JSON.stringify(events).toLowerCase()).not.toContain(typed.toLowerCase());
    expect(events.at(-1)).toMatchObject({
      action: 'sign-in',
      outcome: 'refused',
      detail: { method: 'password', nameDigest: expect.stringMatching(/^[\w-]{43}$/) as string },
    });
    const found = async (person: string) =>
      shown((await get(`?action=sign-in&person=${encodeURIComponent(person)}`)).body);
    expect([await found(typed), await found(`${typed}x`)]).toEqual([1, 0]);
  });

  it('finds what was done to a person, by id and by address, before and after there was an account', async () => {
    const { id } = await service.dataSource
      .getRepository(User)
      .findOneByOrFail({ email: ADMINISTRATOR.email });
    const trail = service.application.get(AuditTrail);
    const member = await service.dataSource.getRepository(User).findOneByOrFail({ email: MEMBER });
    const event = { action: 'account.invite', outcome: 'success', userId: id } as const;
    trail.record({ ...event, detail: { target: member.id } });
    trail.record({ ...event, detail: { role: 'member' }, email: MEMBER });
    // As earlier versions wrote it.
    trail.record({ ...event, detail: { email: MEMBER, role: 'member' } });
    await auditSealed(service);
    for (const [person, count] of [
      [MEMBER, 3],
      [member.id, 3],
    ] as const)
      expect(shown((await get(`?action=account.invite&person=${person}`)).body)).toBe(count);
  });

  it('records who was refused administration, and what the export was narrowed to', async () => {
    await get('', MEMBER);
    expect((await auditEvents(service)).at(-1)).toMatchObject({
      action: 'administration',
      outcome: 'refused',
      detail: { route: 'GET /admin/audit' },
    });
    const { id: memberId } = await service.dataSource.getRepository(User).findOneByOrFail({ email: MEMBER });
    await get(`/export?action=consent&person=${MEMBER}&format=csv`);
    expect((await auditEvents(service)).at(-1)).toMatchObject({
      action: 'audit.export',
      detail: { by: 'page', format: 'csv', action: 'consent', target: memberId },
    });
  });

  it.each([
    ['=1+1', `'=1+1`],
    ['+1', `'+1`],
    ['-1', `'-1`],
    ['@SUM(1)', `'@SUM(1)`],
    ['x\r=1+1', '"x\r=1+1"'],
    ['x\n=1+1', '"x\n=1+1"'],
    ['\r=1+1', `"'\r=1+1"`],
    ['x\r\n=1+1', '"x\r\n=1+1"'],
  ])('makes %j harmless in a file for spreadsheets (RFC 4180 §2)', async (clientId, cell) => {
    service.application.get(AuditTrail).record({ action: 'sign-out', outcome: 'success', clientId });
    await auditSealed(service);
    const { body } = await get(`/export?format=csv&clientId=${encodeURIComponent(clientId)}`);
    expect(body).toContain(`,${cell},`);
  });

  it('downloads what is found, by the same filters, as JSON Lines and as CSV without formulas', async () => {
    service.application.get(AuditTrail).record({
      action: 'sign-out',
      outcome: 'success',
      clientId: '=HYPERLINK("https://evil.example")',
      detail: { name: '+1' },
    });
    await auditSealed(service);
    const lines = (await get('/export?action=consent')).body.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { action: string }).action)).toEqual(['consent']);
    const csv = await get('/export?action=sign-out&format=csv');
    expect(csv.headers.get('content-type')).toMatch(/^text\/csv/);
    const [head, ...rows] = csv.body.trim().split('\r\n');
    const row = rows.find((line) => line.includes('HYPERLINK'));
    expect(head).toMatch(/^id,position,at,action,outcome,userId,clientId,/);
    expect(row).toContain(`"'=HYPERLINK(""https://evil.example"")"`);
    expect((await get('/export?action=consent&format=xml')).status).toBe(400);
  });

  it.each([
    ['?since=2000-01-01&until=2001-01-01', 0],
    ['?action=consent&since=2000-01-01', 1],
    ['?action=consent&until=2000-01-01', 0],
  ])('narrows by time: %s', async (query, count) => {
    expect(shown((await get(query)).body)).toBe(count);
  });

  it('exports all of it, or a period, and records that', async () => {
    // What is still to be written is no part of an export.
    await auditEvents(service);
    const everything = await get('/export');
    expect(everything.headers.get('content-type')).toBe('application/jsonl; charset=utf-8');
    const lines = everything.body.trim().split('\n');
    const events = await auditEvents(service);
    expect(lines.length).toBe(events.length - 1);
    expect(events.at(-1)).toMatchObject({ action: 'audit.export', outcome: 'success' });
    expect((await get('/export?until=2000-01-01')).body).toBe('');
    const wrong = await get('/export?since=yesterday');
    expect([wrong.status, wrong.body.includes('Since must be a time')]).toEqual([400, true]);
  });

  // The last, since the audit keeps what it writes.
  it('breaks off for whoever has lost the role meanwhile', async () => {
    const { dataSource } = service;
    await dataSource.query(
      `INSERT INTO mcp_auth."auditEvent" ("id", "at", "action", "outcome", "detail", "position", "mac")
      SELECT gen_random_uuid(), now(), 'key.rotate', 'success', jsonb_build_object('text', repeat('x', 10000)), 900000 + n, 'made up'
      FROM generate_series(1, 4500) n`,
    );
    const { cookie } = browsers.get(AUDITOR) ?? new Browser();
    const answer = await fetch(`${service.issuer}/admin/audit/export?action=key.rotate`, {
      headers: { cookie },
    });
    const reader = answer.body?.getReader();
    expect([answer.status, (await reader?.read())?.done]).toEqual([200, false]);
    const role = (name: string) =>
      dataSource.getRepository(User).update({ email: AUDITOR }, { role: name as 'auditor' });
    await role('member');
    const rest = async () => {
      while (!(await reader?.read())?.done);
    };
    await expect(rest()).rejects.toThrow();
    await role('auditor');
  });
});
