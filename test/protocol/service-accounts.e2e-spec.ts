import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, AuditLog, McpServiceAccounts } from '../../src/index.js';
import { INTROSPECTION, startReplicas, type TestService } from '../support/app.js';
import { ec, publicJwk } from '../support/assertions.js';
import { encode } from '../support/browser.js';
import { DocumentServer } from '../support/document-server.js';
import { eventually } from '../support/eventually.js';
import { type Json, OAuthTestClient } from '../support/oauth-client.js';
import { allow, testPolicy } from '../support/policy.js';
import { Job, serviceAccounts } from '../support/service-account.js';

const events: AuditEvent[] = [];
class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

describe('a service account that is made while the application runs', () => {
  const key = ec();
  const rules = testPolicy();
  const everything = allow(
    'notes:read',
    'notes:write',
    'notes:admin',
    'files:read',
    'openid',
    'offline_access',
  );
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let documents: DocumentServer;

  beforeAll(async () => {
    documents = await DocumentServer.start();
    rules.stored.rule = everything;
    ({ first, second, close } = await startReplicas({
      audit: RecordingLog,
      policy: rules.policy,
      serviceAccounts: serviceAccounts(key),
    }));
  });
  afterAll(async () => {
    await close();
    await documents.close();
  });
  beforeEach(async () => {
    first.clock.advance(10);
    events.length = 0;
    rules.questions.length = 0;
  });

  const introspect = async (token: string) => {
    const { clientId, clientSecret } = INTROSPECTION;
    const response = await fetch(`${second.origin}/introspect`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      },
      body: encode({ token }),
    });
    return (await response.json()) as Json;
  };
  const accounts = (service = first) => service.application.get(McpServiceAccounts);
  let number = 0;
  const fresh = () => `job-${(number += 1)}`;

  it('gets a secret, which is shown once, and works on every replica', async () => {
    const clientId = fresh();
    const secret = await accounts().save({
      clientId,
      name: 'A job',
      resources: [first.resource],
      scopes: ['notes:read'],
    });
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(
      await accounts().save({
        clientId,
        name: 'Another name',
        resources: [first.resource],
        scopes: ['notes:read'],
      }),
    ).toBeNull();
    const job = new Job(first, clientId, secret ?? '');
    for (const service of [first, second]) expect((await job.ask({}, { service })).status).toBe(200);
    expect(await accounts(second).list()).toContainEqual({
      clientId,
      name: 'Another name',
      source: 'administrator',
      tokenEndpointAuthMethod: 'client_secret_basic',
      resources: [first.resource],
      scopes: ['notes:read'],
      disabled: false,
      createdAt: expect.any(Date) as Date,
      lastUsedAt: expect.any(Date) as Date,
    });
    expect(events.filter(({ action }) => action === 'service-account.change')).toHaveLength(2);
    const rotated = await first.clients.rotateSecret(clientId, { overlap: 0 });
    await eventually(async () => (await job.ask({}, { service: second })).status === 401);
    expect((await new Job(first, clientId, rotated ?? '').ask()).status).toBe(200);
  });

  it('loses what it has when its ceilings or keys change, on every replica, and gets what is left', async () => {
    const clientId = fresh();
    const account = { clientId, resources: [first.resource] };
    const secret = await accounts().save({ ...account, scopes: ['notes:read', 'notes:write'] });
    const job = new Job(first, clientId, secret ?? '');
    const wide = (await job.ask({}, { service: second })).body;
    expect(wide.scope).toBe('notes:read notes:write');
    await accounts().save({ ...account, scopes: ['notes:read'] });
    // What this replica has in its cache, it does not go by.
    const narrow = await job.ask({}, { service: second });
    expect(narrow.body.scope).toBe('notes:read');
    expect(await introspect(wide.access_token)).toEqual({ active: false });
    await eventually(async () => (await job.call(wide.access_token, undefined, second)).status === 401);
    await eventually(async () => {
      const { body } = await job.ask({}, { service: second });
      return (await job.call(body.access_token, undefined, second)).status === 200;
    });
    await accounts().save({ clientId, jwks: { keys: [publicJwk(key)] } });
    await eventually(async () => (await job.ask({}, { service: second })).status === 401);
  });

  it('is said no to in words where it cannot be', async () => {
    const registered = await new OAuthTestClient(first).register();
    const { client_id: id } = registered.credentials;
    for (const clientId of ['nightly', INTROSPECTION.clientId, id])
      await expect(accounts().save({ clientId })).rejects.toThrow('choose another one');
    const before = await first.snapshot();
    await expect(accounts().save({ clientId: 'a b' })).rejects.toThrow('letters, digits');
    await expect(accounts().save({ clientId: fresh(), scopes: ['openid'] })).rejects.toThrow(
      'no scope of a resource',
    );
    expect(await first.snapshot()).toEqual(before);
  });
});
