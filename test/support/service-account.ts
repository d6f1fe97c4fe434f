import { createPublicKey, type KeyObject, randomUUID } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import type { ServiceOptions, TestService } from './app.js';
import { proof, publicJwk } from './assertions.js';
import { OAuthTestClient, type TokenAnswer } from './oauth-client.js';

type Fields = Record<string, string | string[] | undefined>;

/** A client that acts for itself, and proves itself by a secret or a key. */
export class Job extends OAuthTestClient {
  constructor(
    service: TestService,
    private readonly clientId: string,
    private readonly secret?: string,
    private readonly key?: KeyObject,
  ) {
    super(service);
  }

  /** Asks for a token for the first resource, unless the fields say something else. */
  async ask(
    fields: Fields = {},
    { method = 'client_secret_basic', service }: { method?: string; service?: TestService } = {},
  ): Promise<TokenAnswer> {
    const request = { grant_type: 'client_credentials', resource: this.service.resource, ...fields };
    if (this.key) return this.token({ ...request, ...proof(await this.assertion()) }, { service });
    if (this.secret === undefined) return this.token({ client_id: this.clientId, ...request }, { service });
    if (method === 'client_secret_post')
      return this.token({ client_id: this.clientId, client_secret: this.secret, ...request }, { service });
    const basic = Buffer.from(`${this.clientId}:${this.secret}`).toString('base64');
    return this.token(request, { headers: { authorization: `Basic ${basic}` }, service });
  }

  assertion(overrides: JWTPayload = {}): Promise<string> {
    if (!this.key) throw new Error('It has no key.');
    const now = Math.floor(this.service.clock.now() / 1000);
    const names = { iss: this.clientId, sub: this.clientId, aud: this.service.issuer };
    const alg = createPublicKey(this.key).asymmetricKeyType === 'ec' ? 'ES256' : 'EdDSA';
    return new SignJWT({ ...names, jti: randomUUID(), iat: now, exp: now + 60, ...overrides })
      .setProtectedHeader({ alg, kid: 'one' })
      .sign(this.key);
  }
}

/** Of `nightly` and those that may nothing. */
export const JOB_SECRET = 'a secret of the nightly job, long enough';

/** One with a secret, one with this key, and two whose ceilings leave nothing. */
export function serviceAccounts(key: KeyObject): Required<ServiceOptions>['serviceAccounts'] {
  return ({ resource, secondResource }) => [
    {
      clientId: 'nightly',
      name: 'Nightly job',
      resources: [resource],
      scopes: ['notes:write'],
      clientSecret: JOB_SECRET,
    },
    {
      clientId: 'robot',
      resources: [resource, secondResource],
      scopes: ['notes:read', 'files:read'],
      jwks: { keys: [{ ...publicJwk(key), kid: 'one' }] },
    },
    { clientId: 'powerless', clientSecret: JOB_SECRET },
    { clientId: 'toothless', resources: [resource], clientSecret: JOB_SECRET },
  ];
}
