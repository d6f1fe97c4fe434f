import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPerson } from './support/administration.js';
import { adminToken, api } from './support/admin-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

describe('the admin API', () => {
  let service: Standalone;
  let member: string;

  beforeAll(async () => {
    service = await startStandalone();
    member = await addPerson(service, 'member@example.com', 'member');
    await addPerson(service, 'auditor@example.com', 'auditor');
  });
  afterAll(() => service.close());

  it('lists people, and changes one, from sign-in to the audit', async () => {
    const token = await adminToken(service, 'admin:read admin:people');
    const list = await api(service, token, 'GET', '/people');
    expect(list.body).toMatchObject({ next: null });
    const person = await api(service, token, 'GET', `/people/${member}`);
    expect(person.body).toMatchObject({ id: member, role: 'member' });
    const changed = await api(service, token, 'PUT', `/people/${member}/role`, {
      body: { role: 'auditor' },
      headers: { 'if-match': person.headers.get('etag') ?? '' },
    });
    expect([changed.status, changed.body]).toEqual([200, { ...person.body, role: 'auditor' }]);
  });
  it('describes itself', async () => {
    const { body } = await api(service, null, 'GET', '/openapi.json');
    console.log(JSON.stringify(body, null, 1).slice(0, 6000));
  });
});
