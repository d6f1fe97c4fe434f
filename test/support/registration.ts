import { OAuthTestClient, type Json } from './oauth-client.js';
import type { TestService } from './test-service.js';

/** What a client learns that may manage its registration. */
export interface Registered extends Json {
  client_id: string;
  client_secret?: string;
  registration_access_token: string;
  registration_client_uri: string;
}

/** As `OAuthTestClient` registers. */
export const METADATA = {
  client_name: 'Test client',
  redirect_uris: ['https://client.example/callback'],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
};

/** A request of RFC 7592; what is not said is as a client does it that does well. */
export interface ManagementRequest {
  body?: BodyInit;
  token?: string | null;
  at?: TestService;
  id?: string;
  headers?: Record<string, string>;
}

/** A client with its registration (RFC 7592). */
export class ManagedRegistration {
  private constructor(
    readonly client: OAuthTestClient,
    readonly service: TestService,
    public own: Registered,
  ) {}

  static async of(service: TestService, metadata: Json = {}): Promise<ManagedRegistration> {
    const client = await new OAuthTestClient(service).register(metadata);
    return new ManagedRegistration(client, service, client.credentials as Registered);
  }

  async send(method: string, request: ManagementRequest = {}) {
    const { own } = this;
    const { body, token = own.registration_access_token, at, id = own.client_id, headers = {} } = request;
    const response = await fetch(this.client.at(`/register/${id}`, at), {
      method,
      body,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    const text = await response.text();
    const answer = (text ? JSON.parse(text) : {}) as Registered;
    return { status: response.status, headers: response.headers, body: answer };
  }

  put(metadata: Json, request: ManagementRequest = {}) {
    return this.send('PUT', {
      body: JSON.stringify({ client_id: this.own.client_id, ...metadata }),
      ...request,
    });
  }

  /** Its row; undefined where there is none. */
  async row(): Promise<Json | undefined> {
    const text = 'SELECT * FROM "oauthApplication" WHERE "clientId" = $1';
    const [row] = await this.service.sql<Json>(text, [this.own.client_id]);
    return row;
  }

  /** How many living grants it has. */
  async living(): Promise<number> {
    const rows = await this.service.sql(
      `SELECT 1 FROM "oauthGrant" WHERE "clientId" = $1 AND "revokedAt" IS NULL`,
      [this.own.client_id],
    );
    return rows.length;
  }
}
