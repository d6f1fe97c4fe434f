import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountEvents } from '../src/people/account-events.js';
import type { Browser } from '../../test/support/browser.js';
import { otherAccount, press, signedIn } from './support/administration.js';
import { auditEvents, auditFlushed, digestOf } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { FederatedPerson, GRACE, startFederatedService } from './support/federated-person.js';

const EVE = 'eve@example.com';

describe('what happened to an account', () => {
  let federated: Awaited<ReturnType<typeof startFederatedService>>;
  let ada: Browser;

  beforeAll(async () => {
    federated = await startFederatedService({ MCP_AUTH_OIDC_NAME: 'Company' });
    ada = await signedIn(federated.service);
  });
  afterAll(() => federated.close());

  const one = async (column: string, email: string) => {
    const [row] = await federated.service.dataSource.query<{ value: string }[]>(
      `SELECT ${column} AS value FROM mcp_auth."user" u LEFT JOIN mcp_auth.identity i ON i."userId" = u.id WHERE email = $1`,
      [email],
    );
    return row?.value ?? '';
  };
  const shown = async (browser: Browser) => {
    await auditFlushed(federated.service);
    const { body } = await browser.get(`${federated.service.issuer}/account`);
    const [section = ''] = /<section aria-labelledby="events">[^]*?<\/section>/.exec(body) ?? [];
    return [...section.matchAll(/<bdi>([^<]*)<\/bdi>/g)].map(([, sentence]) => sentence);
  };

  it('stands on its page: what an administrator merged, removed and changed, and whom it opens with', async () => {
    const { service, provider } = federated;
    const id = await service.addMember(EVE, []);
    expect(await shown(await signedIn(service, EVE))).toEqual([]);
    const person = new FederatedPerson(service, provider);
    await person.signIn(GRACE);
    const from = await one('i.id', GRACE.email);
    const change = async (action: string, fields: Record<string, string>) =>
      expect((await press(service, ada, `/admin/people/${id}/${action}`, fields)).status).toBe(303);
    await change('merge', await otherAccount(service, GRACE.email));
    await change('role', { role: 'auditor' });
    await change('identities/remove', { id: from });
    await change('email', { email: 'eva@example.com' });
    const browser = await signedIn(service, 'eva@example.com');
    expect(await shown(browser)).toEqual([
      'An administrator changed your email.',
      'An administrator took your identity at Company off it.',
      'An administrator made you auditor, who were member.',
      'An administrator merged another account into it: what opened that one opens this one now.',
    ]);
    // Nobody else's, and nothing that was refused.
    expect(await shown(ada)).toEqual([]);
  });

  it('is told for each action that does something to one', async () => {
    const { service } = federated;
    const told = await service.application.get(AccountEvents).ofUser(await one('u.id', 'eva@example.com'));
    expect(told.map(({ by }) => by)).toEqual(Array(4).fill('administrator'));
  });

  it('is kept in the audit without anything by which somebody is known once the account is deleted', async () => {
    const { service, provider } = federated;
    const email = 'Heidi.Lamarr@Example.com';
    const stored = email.toLowerCase();
    await press(service, ada, '/admin/people/invitations/new', { email, role: 'member' });
    const person = new FederatedPerson(service, provider);
    await person.signIn({ ...GRACE, sub: 'heidi', email, name: 'Hedwig' });
    await new FederatedPerson(service, provider).signIn({
      ...GRACE,
      sub: 'other',
      email,
      name: 'Hedwig',
    });
    await signedIn(service, email, 'a wrong password');
    const id = await one('u.id', stored);
    await ada.get(`${service.issuer}/admin/audit/export?person=${email}`);
    expect((await press(service, ada, `/admin/people/${id}/delete`, { sure: 'yes' })).status).toBe(303);
    await signedIn(service, email, 'a wrong password');
    const events = await auditEvents(service);
    const text = JSON.stringify(events).toLowerCase();
    for (const word of [stored, 'lamarr', 'hedwig']) expect(text).not.toContain(word);
    const digest = await digestOf(service, stored);
    const of = events.filter(
      ({ detail, userId }) => detail['nameDigest'] === digest || [userId, detail['target']].includes(id),
    );
    // What commits with its change is written at once, the rest a moment later.
    expect(of.map(({ action, outcome }) => `${action} ${outcome}`).toSorted(alphabetical)).toEqual([
      'account.create success',
      'account.delete success',
      'account.invite success',
      'audit.export success',
      'sign-in refused',
      'sign-in refused',
      'sign-in refused',
      'sign-in success',
    ]);
  });

  it('is found by its subject too, where an account was taken over from elsewhere', async () => {
    const { service } = federated;
    const id = await service.addMember('imported@example.com', []);
    const subject = 'Legacy|4711';
    await service.dataSource.query(`UPDATE mcp_auth."user" SET subject = $1 WHERE id = $2`, [subject, id]);
    const client = await new ServiceClient(service, service.mcpUrl).register();
    await client.tokens('imported@example.com', 'mcp:tools');
    await press(service, ada, `/admin/people/${id}/sessions/end`);
    const count = async (person: string) => {
      await auditFlushed(service);
      const url = `${service.issuer}/admin/audit?person=${encodeURIComponent(person)}`;
      return (await ada.get(url)).body.match(/href="\/admin\/audit\/[0-9a-f-]{36}"/g)?.length;
    };
    const rows = await auditEvents(service);
    const about = rows.filter(
      ({ userId, detail }) =>
        [id, subject].includes(String(userId)) || [id, subject].includes(String(detail['target'])),
    );
    const named = about.map(({ action, userId }) => `${action} ${userId === subject ? 'subject' : 'id'}`);
    for (const event of ['token.issue subject', 'sign-in id', 'account.sign-out id'])
      expect(named).toContain(event);
    for (const person of [id, subject, 'Imported@Example.com'])
      expect(await count(person)).toBe(about.length);
  });
});

function alphabetical(one: string, other: string): number {
  return one.localeCompare(other);
}
