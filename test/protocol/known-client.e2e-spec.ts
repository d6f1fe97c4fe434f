import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, AuditLog } from '../../src/index.js';
import { startService, type TestService } from '../support/app.js';
import { HTTPS_REDIRECT, OAuthTestClient, redirectParameters } from '../support/oauth-client.js';

const events: AuditEvent[] = [];

@Injectable()
class Recording extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

describe('a client that has become another, of which no feed has told yet (RFC 7592 §2.2)', () => {
  const ELSEWHERE = 'https://elsewhere.example/callback';
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    service = await startService({ audit: Recording });
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    client = await new OAuthTestClient(service).register();
    // By now it is known here, and its consent is remembered.
    await client.tokens();
    events.length = 0;
  });

  const change = (set: string) =>
    service.sql(`UPDATE "oauthApplication" SET ${set} WHERE "clientId" = $1`, [client.credentials.client_id]);
  const refusals = () => events.filter(({ outcome }) => outcome === 'refused').length;

  it('is sent back where it is now', async () => {
    await change(`"redirectUrls" = '{${ELSEWHERE}}'`);
    const answer = await client.authorize({ redirect_uri: ELSEWHERE });
    expect(answer.headers.get('location')).toContain(`${service.issuer}/interaction/`);
    expect(refusals()).toBe(0);
  });

  it.each([
    ['with what is remembered', {}],
    ['with a page', { prompt: 'consent' }],
    ['with an error', { prompt: 'none', scope: 'notes:write' }],
    ['with an error that it could be told', { scope: 'none' }],
  ])('is not sent back where it was, %s', async (_name, parameters) => {
    await change(`"redirectUrls" = '{${ELSEWHERE}}'`);
    const answer = await client.authorize({ redirect_uri: HTTPS_REDIRECT, ...parameters });
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    expect(answer.body).toContain('redirect_uri');
    expect(refusals()).toBe(1);
  });

  it('gets nothing once it is disabled', async () => {
    await change('"disabled" = true');
    const answer = await client.authorize();
    expect([answer.status, redirectParameters(answer).has('code')]).toEqual([400, false]);
    expect(answer.body).toContain('The client is unknown.');
    expect(refusals()).toBe(1);
  });

  it('gets what is remembered where nothing of it has changed that anybody agreed to', async () => {
    await change(`"metadata" = '{"tos_uri":"https://client.example/"}'`);
    expect(redirectParameters(await client.authorize()).get('code')).not.toBeNull();
  });

  it('is refused once for what it asks wrongly, and no row is made', async () => {
    const before = await service.snapshot();
    const answer = await client.authorize({ scope: 'none' });
    expect(redirectParameters(answer).get('error')).toBe('invalid_scope');
    expect([refusals(), await service.snapshot()]).toEqual([1, before]);
  });
});
