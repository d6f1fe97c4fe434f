import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_ADMIN_SCOPES } from '../src/config/admin-scopes.js';
import { addPerson, everything } from './support/administration.js';
import { adminToken, API, api } from './support/admin-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

describe('what the admin API refuses', () => {
  let service: Standalone;
  let member: string;
  let token: string;

  beforeAll(async () => {
    service = await startStandalone();
    member = await addPerson(service, 'member@example.com', 'member');
    token = await adminToken(service, ALL_ADMIN_SCOPES.join(' '));
  });
  afterAll(() => service.close());

  const person = (id = member) => api(service, token, 'GET', `/people/${id}`);
  const tag = async (id = member) => (await person(id)).headers.get('etag') ?? '';

  it.each([
    ['broken JSON', '{"role":', 400, 'The request cannot be read'],
    ['a body of two megabytes', JSON.stringify({ role: 'x'.repeat(2_000_000) }), 413, 'A body may have'],
  ])('says what is wrong with %s (RFC 9457 §3.1.4)', async (_what, body, status, detail) => {
    const before = await everything(service);
    const answer = await fetch(`${service.issuer}${API}/people/${member}/role`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body,
    });
    expect([answer.status, await answer.json()]).toEqual([
      status,
      expect.objectContaining({ status, detail: expect.stringContaining(detail) as string }),
    ]);
    expect(await everything(service)).toBe(before);
  });

  describe('a change', () => {
    it('of what nobody has looked at (RFC 6585 §3)', async () => {
      const before = await everything(service);
      const answer = await api(service, token, 'PUT', `/people/${member}/role`, {
        body: { role: 'auditor' },
      });
      expect(answer.body).toMatchObject({
        status: 428,
        detail: expect.stringContaining('If-Match') as string,
      });
      expect(await everything(service)).toBe(before);
    });

    it.each(['x', '"a" "b"', '"a', ''])('with %j for If-Match', async (ifMatch) => {
      const before = await everything(service);
      const answer = await api(service, token, 'PUT', `/people/${member}/role`, {
        body: { role: 'auditor' },
        headers: { 'if-match': ifMatch },
      });
      expect([400, 428]).toContain(answer.status);
      expect(await everything(service)).toBe(before);
    });

    it('by the second of two at once, with what has changed (RFC 9110 §13.1.1)', async () => {
      const headers = { 'if-match': await tag() };
      const both = await Promise.all(
        ['auditor', 'administrator'].map((role) =>
          api(service, token, 'PUT', `/people/${member}/role`, { body: { role }, headers }),
        ),
      );
      expect(both.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 412]));
      const won = both.find(({ status }) => status === 200);
      const lost = both.find(({ status }) => status === 412);
      expect(lost?.body['current']).toEqual({
        email: 'member@example.com',
        role: won?.body['role'],
        disabled: false,
      });
      expect(lost?.headers.get('etag')).toBe(won?.headers.get('etag'));
      expect((await person()).body['role']).toBe(won?.body['role']);
      const again = await api(service, token, 'PUT', `/people/${member}/role`, {
        body: { role: 'member' },
        headers: { 'if-match': `"x", ${lost?.headers.get('etag')}` },
      });
      expect(again.status).toBe(200);
      // A sign-in is no change that anybody could lose.
      expect((await person()).headers.get('etag')).toBe(headers['if-match']);
    });

    it('with a weak tag, which never matches', async () => {
      const answer = await api(service, token, 'PUT', `/people/${member}/role`, {
        body: { role: 'auditor' },
        headers: { 'if-match': `W/${await tag()}` },
      });
      expect(answer.status).toBe(412);
    });

    it('that would leave nobody to administer', async () => {
      const { body } = await api(service, token, 'GET', `/people?search=${ADMINISTRATOR.email}`);
      const [{ id } = { id: '' }] = body['items'] as { id: string }[];
      const before = await everything(service);
      const answer = await api(service, token, 'POST', `/people/${id}/disable`, {
        headers: { 'if-match': await tag(id) },
      });
      expect(answer.body).toMatchObject({
        status: 409,
        detail: expect.stringContaining('last administrator') as string,
      });
      expect(await everything(service)).toBe(before);
    });
  });
});
