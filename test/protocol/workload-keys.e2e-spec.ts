import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, AuditLog } from '../../src/index.js';
import { startService, type TestService } from '../support/app.js';
import { ForeignIssuer, JWT_BEARER } from '../support/foreign-issuer.js';
import { type Json, OAuthTestClient, type TokenAnswer } from '../support/oauth-client.js';
import { BROKEN_KEYS, expectRefused } from '../support/refused-assertion.js';

const events: AuditEvent[] = [];
class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

const POD = 'system:serviceaccount:batch:nightly';

describe('the keys of a trusted issuer (RFC 7523 §3)', () => {
  let platform: ForeignIssuer;
  let first: TestService;

  beforeAll(async () => {
    platform = await ForeignIssuer.start();
    first = await startService({
      audit: RecordingLog,
      serviceAccounts: ({ resource }) => [
        { clientId: 'nightly', resources: [resource], scopes: ['notes:read'] },
      ],
      trustedIssuers: [{ issuer: platform.issuer }],
      workloads: [{ issuer: platform.issuer, subject: POD, serviceAccount: 'nightly' }],
    });
  });
  afterAll(async () => {
    await first.close();
    await platform.close();
  });
  beforeEach(() => {
    first.clock.advance(31);
    events.length = 0;
  });

  const pod = () => platform.sign(first.clock, { claims: { sub: POD, aud: first.issuer } });
  const present = (assertion: string) =>
    new OAuthTestClient(first).token({ grant_type: JWT_BEARER, assertion, resource: first.resource });

  const nothingWritten = (send: () => Promise<TokenAnswer>, error: string, status?: number) =>
    expectRefused(first, events, send, error, status);

  it.each(BROKEN_KEYS)(
    'answers when the keys are %s, and takes the same assertion afterwards',
    async (_, breakIt, status, error) => {
      // Longer than any copy of the keys is used.
      first.clock.advance(700);
      const assertion = await pod();
      breakIt(platform);
      await nothingWritten(() => present(assertion), error, status);
      platform.serve();
      first.clock.advance(11);
      expect((await present(assertion)).status).toBe(200);
    },
  );

  it('does not use the metadata of another issuer (RFC 8414 §3.3)', async () => {
    const other = await ForeignIssuer.start();
    const service = await startService({
      serviceAccounts: ({ resource }) => [
        { clientId: 'nightly', resources: [resource], scopes: ['notes:read'] },
      ],
      trustedIssuers: [{ issuer: other.issuer }],
      workloads: [{ issuer: other.issuer, subject: POD, serviceAccount: 'nightly' }],
    });
    const ask = async () =>
      new OAuthTestClient(service).token({
        grant_type: JWT_BEARER,
        resource: service.resource,
        assertion: await other.sign(service.clock, { claims: { sub: POD, aud: service.issuer } }),
      });
    const metadata = { issuer: 'https://elsewhere.example', jwks_uri: other.documents.url('/jwks') };
    other.documents.serve('/.well-known/openid-configuration', metadata);
    expect((await ask()).body.error).toBe('invalid_grant');
    // RFC 8414 §3: the other place, where the first has nothing.
    other.documents.answer('/.well-known/openid-configuration', (_, response) =>
      response.writeHead(404).end(),
    );
    other.documents.serve('/.well-known/oauth-authorization-server', { ...metadata, issuer: other.issuer });
    service.clock.advance(3_700);
    expect((await ask()).status).toBe(200);
    await service.close();
    await other.close();
  });
});

describe('without trusted workloads', () => {
  it('neither offers jwt-bearer nor takes it (RFC 8414 §2, RFC 6749 §5.2)', async () => {
    const service = await startService({ trustedIssuers: [{ issuer: 'https://platform.example' }] });
    const metadata = (await (
      await fetch(`${service.origin}/.well-known/oauth-authorization-server`)
    ).json()) as Json;
    expect(metadata['grant_types_supported']).not.toContain(JWT_BEARER);
    const client = await new OAuthTestClient(service).register();
    const { client_id } = client.credentials;
    const answer = await client.token({ grant_type: JWT_BEARER, assertion: 'x', client_id });
    expect(answer.body.error).toBe('unsupported_grant_type');
    await service.close();
  });
});
