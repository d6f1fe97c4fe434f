import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { ProofKey } from '../support/dpop.js';
import { type Claims, ForeignIssuer, JWT_BEARER } from '../support/foreign-issuer.js';
import { OAuthTestClient } from '../support/oauth-client.js';
import { resigned } from '../support/signed-text.js';

const POD = 'system:serviceaccount:batch:nightly';

describe('what an assertion of a workload asks for beside its claims', () => {
  let service: TestService;
  let platform: ForeignIssuer;

  beforeAll(async () => {
    platform = await ForeignIssuer.start();
    service = await startService({
      serviceAccounts: ({ resource }) => [
        { clientId: 'nightly', resources: [resource], scopes: ['notes:read'] },
      ],
      trustedIssuers: [{ issuer: platform.issuer, jwks: platform.jwks }],
      workloads: [{ issuer: platform.issuer, subject: POD, serviceAccount: 'nightly' }],
    });
  });
  afterAll(async () => {
    await service.close();
    await platform.close();
  });

  const pod = (claims: Claims = {}) =>
    platform.sign(service.clock, { claims: { sub: POD, aud: service.issuer, ...claims } });
  const present = async (assertion: string, key?: ProofKey) => {
    const dpop = await key?.proof({ url: `${service.issuer}/token`, now: service.clock.now() });
    return new OAuthTestClient(service).token(
      { grant_type: JWT_BEARER, assertion, resource: service.resource },
      { headers: dpop === undefined ? {} : { dpop } },
    );
  };

  it.each<[string, Claims]>([
    ['null as its confirmation', { cnf: null }],
    ['an empty confirmation', { cnf: {} }],
    ['a list as its confirmation', { cnf: [] }],
    ['a text as its confirmation', { cnf: 'x' }],
    ['a confirmation by a key as a whole', { cnf: { jwk: {} } }],
    ['a confirmation by a certificate', { cnf: { 'x5t#S256': 'x' } }],
    ['a thumbprint that is no text', { cnf: { jkt: 1 } }],
    ['an empty thumbprint', { cnf: { jkt: '' } }],
    ['a confirmation by two things', { cnf: { jkt: 'x', 'x5t#S256': 'x' } }],
    ['a confirmation by a key that nobody proves', { cnf: { jkt: 'x' } }],
    ['details of an authorization', { authorization_details: [] }],
    ['an actor', { act: { sub: 'x' } }],
    ['a tenant of this server', { aud_tenant: 'x' }],
  ])('refuses a workload with %s, instead of leaving it out (RFC 7800 §3.1)', async (_, claims) => {
    const jti = `the id of ${_}`;
    const before = await service.snapshot();
    const { status, body } = await present(await pod({ jti, ...claims }));
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
    expect(await service.snapshot()).toEqual(before);
    expect((await present(await pod({ jti }))).status).toBe(200);
  });

  it.each<[string, (text: string) => string]>([
    ['a key id that stands there twice', (text) => text.replace('{', '{"kid":"x",')],
    ['a number as its type', (text) => text.replace('{', '{"typ":1,')],
    ['null as its type', (text) => text.replace('{', '{"typ":null,')],
    ['an empty type', (text) => text.replace('{', '{"typ":"",')],
    ['the type of an access token, in full', (text) => text.replace('{', '{"typ":"Application/AT+JWT",')],
  ])('refuses a workload with %s in its header (RFC 8725 §3.11)', async (_, header) => {
    const good = await pod();
    const before = await service.snapshot();
    const { status, body } = await present(resigned(good, platform.key, { header }));
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
    expect(await service.snapshot()).toEqual(before);
    expect((await present(good)).status).toBe(200);
  });

  it('lets a workload in that proves to hold the key of its assertion (RFC 7800 §3.1, RFC 9449 §6.1)', async () => {
    const [holder, thief] = await Promise.all([ProofKey.make(), ProofKey.make()]);
    const assertion = await pod({ cnf: { jkt: holder.thumbprint } });
    for (const key of [undefined, thief])
      expect((await present(assertion, key)).body.error).toBe('invalid_grant');
    const { status, body } = await present(assertion, holder);
    expect([status, body['token_type']]).toEqual([200, 'DPoP']);
    expect(decodeJwt(body.access_token)['cnf']).toEqual({ jkt: holder.thumbprint });
  });
});
