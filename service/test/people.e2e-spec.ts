import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { User } from '../src/people/entities/user.entity.js';
import { addPerson, press, signedIn } from './support/administration.js';
import { auditEvents } from './support/audit.js';
import type { Browser } from '../../test/support/browser.js';
import { eventually } from '../../test/support/eventually.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

describe('the people page', () => {
  let service: Standalone;
  let ada: Browser;

  beforeAll(async () => {
    service = await startStandalone();
    ada = await signedIn(service);
  });
  afterAll(() => service.close());

  const list = (query = '', browser = ada) =>
    browser.request(`${service.issuer}/admin/people${query}`, { headers: { accept: 'text/html' } });
  const emails = (body: string) => [...body.matchAll(/<bdi>(\S+@\S+)<\/bdi>/g)].map(([, email]) => email);

  it('shows everybody with role, groups, how they sign in and when they last did, whatever their names', async () => {
    const id = await addPerson(service, 'mallory@example.com', 'auditor');
    const name = '<b>Mallory</b>\u202eEVIL\0'.replace('\0', '\u0007');
    await service.dataSource.getRepository(User).update({ id }, { name, groups: ['<i>g</i>'] });
    const { status, body } = await list();
    expect(status).toBe(200);
    for (const words of ['&lt;b>Mallory', '&lt;i>g', 'Auditor', 'Password', 'Never', ADMINISTRATOR.email])
      expect(body).toContain(words);
    for (const hidden of ['\u202e', '\u0007', '<b>Mallory']) expect(body).not.toContain(hidden);
    const person = await ada.get(`${service.issuer}/admin/people/${id}`);
    expect([person.status, person.body]).toEqual([200, expect.stringContaining('&lt;b>Mallory')]);
  });

  it('finds people by a part of name or email, taken word for word', async () => {
    await addPerson(service, 'percent_%@example.com', 'member');
    expect(emails((await list('?search=ercent_%25')).body)).toEqual(['percent_%@example.com']);
    expect(emails((await list('?search=PERCENT')).body)).toEqual(['percent_%@example.com']);
    expect((await list('?search=a%25b%27--')).body).toContain('Nobody is like that.');
  });

  it.each(['x', '00000000-0000-4000-8000-000000000000', '%00'])('has no page for %s', async (id) => {
    expect((await ada.get(`${service.issuer}/admin/people/${id}`)).status).toBe(404);
    expect((await press(service, ada, `/admin/people/${id}/disable`)).status).toBe(404);
  });

  it('changes a role, with before and after in the audit; an unknown role changes nothing', async () => {
    const id = await addPerson(service, 'rolf@example.com', 'member');
    expect((await press(service, ada, `/admin/people/${id}/role`, { role: 'root' })).status).toBe(400);
    expect(await service.dataSource.getRepository(User).findOneBy({ id })).toMatchObject({ role: 'member' });
    const answer = await press(service, ada, `/admin/people/${id}/role`, { role: 'auditor' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/admin/people/${id}`]);
    const rolf = await signedIn(service, 'rolf@example.com');
    expect((await list('', rolf)).body).not.toContain('Invite');
    const events = (await auditEvents(service)).filter(({ detail }) => detail['target'] === id);
    expect(events.at(-1)).toMatchObject({
      action: 'account.role',
      outcome: 'success',
      detail: { target: id, before: 'member', after: 'auditor' },
    });
  });

  it('ends sign-in sessions, and disconnects one application or all of them', async () => {
    const id = await addPerson(service, 'carol@example.com', 'member');
    const clients: { client: ServiceClient; tokens: { refresh_token: string } }[] = [];
    for (const name of ['One', 'Two', 'Three']) {
      const client = await new ServiceClient(service, service.mcpUrl).register({ client_name: name });
      clients.push({ client, tokens: await client.tokens('carol@example.com', 'mcp:tools') });
    }
    const works = async () => {
      const statuses = [];
      for (const one of clients) {
        const { status, body } = await one.client.refresh(one.tokens.refresh_token);
        if (status === 200) one.tokens = body;
        statuses.push(status);
      }
      return statuses;
    };
    const page = await ada.get(`${service.issuer}/admin/people/${id}`);
    expect(page.body).toContain('“<bdi>Two</bdi>”');
    await ada.send(page, `/admin/people/${id}/connections/end`);
    expect((await works()).filter((status) => status === 200)).toHaveLength(2);
    await press(service, ada, `/admin/people/${id}/connections/end-all`);
    expect(await works()).toEqual([400, 400, 400]);

    const carol = clients[0]?.client.browser;
    expect((await carol?.get(`${service.issuer}/`))?.status).toBe(200);
    await press(service, ada, `/admin/people/${id}/sessions/end`);
    expect((await carol?.get(`${service.issuer}/`))?.status).toBe(303);
    const actions = (await auditEvents(service)).flatMap(({ action, detail }) =>
      detail['target'] === id ? [action] : [],
    );
    expect(actions).toEqual(['account.disconnect', 'account.disconnect', 'account.sign-out']);
  });

  it('disables an account with all that it had, and enabling gives none of it back', async () => {
    const id = await addPerson(service, 'dave@example.com', 'member');
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const tokens = await client.tokens('dave@example.com', 'mcp:tools openid');
    await press(service, ada, `/admin/people/${id}/password-link`);
    const userinfo = async () =>
      (
        await fetch(`${service.issuer}/userinfo`, {
          headers: { authorization: `Bearer ${tokens.access_token}` },
        })
      ).status;
    expect(await userinfo()).toBe(200);
    await press(service, ada, `/admin/people/${id}/disable`);
    await eventually(async () => (await userinfo()) === 401);
    expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
    expect((await client.browser.get(`${service.issuer}/`)).status).toBe(303);
    expect(await service.dataSource.query('SELECT 1 FROM mcp_auth."passwordLink"')).toHaveLength(0);
    const refused = await signedIn(service, 'dave@example.com');
    expect((await refused.get(`${service.issuer}/`)).status).toBe(303);
    expect((await list('?search=dave')).body).toContain('Disabled');

    await press(service, ada, `/admin/people/${id}/enable`);
    await eventually(async () => (await userinfo()) === 401);
    expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
    expect((await client.browser.get(`${service.issuer}/`)).status).toBe(303);
    const again = await signedIn(service, 'dave@example.com');
    expect((await again.get(`${service.issuer}/`)).status).toBe(200);
  });

  it('asks an administrator who is about to disable their own account, and does so when they mean it', async () => {
    const id = await addPerson(service, 'leaver@example.com', 'administrator');
    const leaver = await signedIn(service, 'leaver@example.com');
    const isDisabled = async () =>
      (await service.dataSource.getRepository(User).findOneBy({ id }))?.disabledAt !== null;
    const question = await press(service, leaver, `/admin/people/${id}/disable`);
    expect([question.status, question.body]).toEqual([
      200,
      expect.stringContaining('Disable your own account?'),
    ]);
    expect(await isDisabled()).toBe(false);
    await press(service, leaver, `/admin/people/${id}/disable`, { confirm: 'perhaps' });
    expect(await isDisabled()).toBe(false);
    expect((await leaver.send(question, `/admin/people/${id}/disable`)).status).toBe(303);
    expect(await isDisabled()).toBe(true);
  });

  it('refuses to demote or disable the last administrator, in a sentence', async () => {
    const [user] = await service.dataSource.getRepository(User).findBy({ email: ADMINISTRATOR.email });
    const gone = await addPerson(service, 'gone@example.com', 'administrator');
    await press(service, ada, `/admin/people/${gone}/disable`);
    const path = `/admin/people/${user?.id}`;
    for (const [action, values] of [
      ['disable', { confirm: 'yes' }],
      ['role', { role: 'member' }],
    ] as const) {
      const answer = await press(service, ada, `${path}/${action}`, values);
      expect([answer.status, answer.body]).toEqual([409, expect.stringContaining('the last administrator')]);
    }
    expect(
      await service.dataSource.getRepository(User).findOneBy({ email: ADMINISTRATOR.email }),
    ).toMatchObject({
      role: 'administrator',
      disabledAt: null,
    });
    // One who only signs in with a provider counts.
    const federated = await addPerson(service, 'federated@example.com', 'administrator');
    await service.dataSource.query(
      `UPDATE mcp_auth."account" SET "providerId" = 'https://login.example', password = NULL WHERE "userId" = $1`,
      [federated],
    );
    expect((await press(service, ada, `${path}/role`, { role: 'auditor' })).status).toBe(303);
    expect((await press(service, ada, `${path}/role`, { role: 'administrator' })).status).toBe(403);
    await service.dataSource.query(`UPDATE mcp_auth."user" SET role = 'administrator' WHERE id = $1`, [
      user?.id,
    ]);
  });

  it('takes the links of an administrator back who is one no more', async () => {
    const id = await addPerson(service, 'eve@example.com', 'administrator');
    const eve = await signedIn(service, 'eve@example.com');
    await press(service, eve, '/admin/people/invitations/new', {
      email: 'backdoor@example.com',
      role: 'administrator',
    });
    expect((await list('/invitations')).body).toContain('backdoor@example.com');
    await press(service, ada, `/admin/people/${id}/role`, { role: 'member' });
    expect((await list('/invitations')).body).not.toContain('backdoor@example.com');
  });
});
