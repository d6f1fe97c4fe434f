import { Injectable } from '@nestjs/common';
import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AUDIT_ACTIONS, type AuditEvent, AuditLog, McpResources } from '../../src/index.js';
import { dataSourceOf, startService, type TestService } from '../support/app.js';
import { OAuthTestClient } from '../support/oauth-client.js';

const events: AuditEvent[] = [];
const here = new AsyncLocalStorage<string>();
let failing = false;

@Injectable()
class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    if (failing) throw new Error('The log is full.');
    events.push(event);
  }
}

describe("a host's AuditLog", () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService({ audit: RecordingLog });
  });
  afterAll(() => service.close());
  beforeEach(() => {
    events.length = 0;
    failing = false;
  });

  const of = (action: AuditEvent['action']) => events.filter((event) => event.action === action);
  const connected = async () => {
    const client = await new OAuthTestClient(service).register();
    return { client, clientId: client.credentials.client_id, tokens: await client.tokens() };
  };

  it('learns of a consent and of the tokens that follow from it', async () => {
    const { clientId } = await connected();
    const facts = { userId: 'alice', clientId, resource: service.resource };
    expect(of('client.register')).toMatchObject([{ outcome: 'success', clientId }]);
    const [consent] = of('consent');
    expect(consent).toMatchObject({ outcome: 'success', ...facts, detail: { asked: true } });
    const [issued] = of('token.issue');
    expect(issued).toMatchObject({
      outcome: 'success',
      ...facts,
      detail: { grantType: 'authorization_code', grantId: consent?.detail?.['grantId'] },
    });
  });

  it('learns of refusals, with the code and the reason', async () => {
    const client = await new OAuthTestClient(service).register();
    await client.refresh('x'.repeat(43));
    const { status } = await fetch(`${service.issuer}/authorize?client_id=nobody`, { redirect: 'manual' });
    await fetch(`${service.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"redirect_uris":["javascript:alert(1)"]}',
    });
    expect(status).toBe(400);
    expect(of('token.issue')).toMatchObject([
      { outcome: 'refused', clientId: client.credentials.client_id, detail: { error: 'invalid_grant' } },
    ]);
    expect(of('authorization.request')).toMatchObject([
      {
        outcome: 'refused',
        clientId: 'nobody',
        detail: { error: 'invalid_request', reason: 'The client is unknown.' },
      },
    ]);
    expect(of('client.register').at(-1)).toMatchObject({
      outcome: 'refused',
      detail: { error: 'invalid_redirect_uri' },
    });
  });

  it('learns of replays and of what is revoked, by whomever', async () => {
    const { client, clientId, tokens } = await connected();
    await client.refresh(tokens.refresh_token);
    service.clock.advance(91);
    await client.refresh(tokens.refresh_token);
    expect(of('token.replay')).toMatchObject([{ outcome: 'refused', detail: { what: 'refresh token' } }]);
    expect(of('grant.revoke')).toMatchObject([{ userId: 'alice', clientId }]);
    await service.revocations.revokeUser('alice');
    await service.revocations.revokeClient(clientId);
    await service.revocations.policyChanged();
    await service.signingKeys.rotate({ alg: 'ES256', compromised: true });
    expect(of('user.revoke')).toMatchObject([
      { userId: 'alice', detail: { grants: expect.any(Number) as number } },
    ]);
    expect(of('client.revoke')).toMatchObject([{ clientId, detail: { disabled: false } }]);
    expect(of('policy.change')).toMatchObject([{ detail: { grants: 0 } }]);
    expect(of('key.rotate')).toMatchObject([{ detail: { algorithm: 'ES256' } }]);
  });

  it('learns of resources that are added, changed, retired and brought back, once each', async () => {
    const resources = service.application.get(McpResources);
    const identifier = 'https://notes.example/mcp';
    await resources.save({ identifier, scopes: { read: 'Read' } });
    await resources.save({ identifier, scopes: { read: 'Read all' }, enabled: false });
    await resources.enable(identifier);
    await resources.disable(identifier);
    expect(await resources.disable(identifier)).toBe(false);
    await expect(resources.disable('https://other.example/mcp')).rejects.toThrow('There is no resource');
    expect(
      events.map(({ action, outcome, resource, detail }) => [action, outcome, resource, detail]),
    ).toEqual([
      ['resource.change', 'success', identifier, { enabled: true }],
      ['resource.change', 'success', identifier, { enabled: false }],
      ['resource.enable', 'success', identifier, undefined],
      ['resource.disable', 'success', identifier, undefined],
    ]);
  });

  it('learns nothing of what a transaction of the host takes back', async () => {
    const { client, tokens } = await connected();
    events.length = 0;
    const undone = dataSourceOf(service).transaction(async (manager) => {
      expect(await service.revocations.revokeUser('alice', manager)).toBeGreaterThan(0);
      await service.revocations.policyChanged({}, manager);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(events).toEqual([]);
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('is told within the asynchronous context of whoever caused it', async () => {
    const { clientId } = await connected();
    const seen: (string | undefined)[] = [];
    events.push = (...all) => {
      seen.push(here.getStore());
      return all.length;
    };
    await here.run('a caller', () => service.revocations.revokeClient(clientId));
    delete (events as { push?: unknown }).push;
    expect(seen).toEqual(['a caller']);
  });

  it('that throws takes no answer away', async () => {
    failing = true;
    const { tokens } = await connected();
    expect(tokens.access_token).toMatch(/^ey/);
  });

  it('never learns a secret', async () => {
    const { client, tokens } = await connected();
    const rotated = await client.refresh(tokens.refresh_token);
    const text = JSON.stringify(events);
    for (const secret of [tokens.access_token, tokens.refresh_token, rotated.body.refresh_token])
      expect(text).not.toContain(secret);
    for (const { action } of events) expect(AUDIT_ACTIONS).toContain(action);
  });
});
