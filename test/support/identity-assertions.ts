import type { KeyObject } from 'node:crypto';
import type { ClientOptions } from '../../src/index.js';
import type { TestService } from './app.js';
import { AssertingClient, proof, publicJwk } from './assertions.js';
import { type Claims, type ForeignIssuer, JWT_BEARER, type Making } from './foreign-issuer.js';
import { OAuthTestClient, type TokenAnswer } from './oauth-client.js';

/** `typ` of an identity assertion. */
export const ID_JAG = 'oauth-id-jag+jwt';
export const EDITOR_SECRET = 'a secret of the code editor, long enough';

type Fields = Record<string, string | string[] | undefined>;

interface Request {
  fields?: Fields;
  service?: TestService;
  headers?: Record<string, string>;
}

/** The clients of these tests: one with a secret, one with a key. */
export const enterpriseClients = (key: KeyObject): ClientOptions[] => [
  { clientId: 'editor', name: 'Code editor', clientSecret: EDITOR_SECRET },
  { clientId: 'assistant', jwks: { keys: [{ ...publicJwk(key), kid: 'one' }] } },
  { clientId: 'stranger', clientSecret: EDITOR_SECRET },
];

const basic = (clientId: string) => ({
  authorization: `Basic ${Buffer.from(`${clientId}:${EDITOR_SECRET}`).toString('base64')}`,
});

/** Presents assertions about people, as a client with a secret. */
export class EnterpriseClient extends OAuthTestClient {
  constructor(
    service: TestService,
    private readonly provider: ForeignIssuer,
    readonly clientId = 'editor',
  ) {
    super(service);
  }

  /** An assertion of the provider about alice; `claims` override it. */
  assertion(claims: Claims = {}, making: Making = {}): Promise<string> {
    return this.provider.sign(this.service.clock, { ...making, claims: { ...this.says(), ...claims } });
  }

  says(): Claims {
    return {
      sub: 'alice',
      aud: this.service.issuer,
      client_id: this.clientId,
      resource: this.service.resource,
      scope: 'notes:read notes:write',
    };
  }

  present(
    assertion: string | string[] | undefined,
    { fields, service, headers }: Request = {},
  ): Promise<TokenAnswer> {
    return this.token(
      { grant_type: JWT_BEARER, assertion, ...fields },
      { headers: { ...basic(this.clientId), ...headers }, service },
    );
  }
}

/** The same by a client with a key. */
export async function presentWithKey(
  service: TestService,
  clientId: string,
  key: KeyObject,
  fields: Fields,
): Promise<TokenAnswer> {
  const client = new AssertingClient(service);
  client.credentials = { client_id: clientId };
  const signed = await client.sign(client.claims(), key);
  return client.token({ grant_type: JWT_BEARER, ...fields, ...proof(signed) });
}
