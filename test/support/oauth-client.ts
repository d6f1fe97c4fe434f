import { createHash, randomBytes } from 'node:crypto';
import type { TestService } from './app.js';
import { Browser, type BrowserResponse, encode } from './browser.js';

export interface Json {
  [member: string]: unknown;
}

export interface ClientCredentials {
  client_id: string;
  client_secret?: string;
}

export interface TokenAnswer {
  status: number;
  headers: Headers;
  body: Json & {
    access_token: string;
    refresh_token: string;
    scope: string;
    expires_in: number;
    error?: string;
    error_description?: string;
  };
}

export const HTTPS_REDIRECT = 'https://client.example/callback';
export const LOOPBACK_REDIRECT = 'http://localhost:7777/callback';

export function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

type Overrides = Record<string, string | string[] | undefined>;

/** A client that knows nothing of the server but its HTTP answers. */
export class OAuthTestClient {
  readonly pkce = pkce();
  credentials: ClientCredentials = { client_id: '' };
  redirectUri = HTTPS_REDIRECT;

  constructor(
    readonly service: TestService,
    readonly browser = new Browser({ [new URL(service.issuer).origin]: service.origin }),
  ) {}

  /** Where an instance answers for a URL of the issuer. */
  at(path: string, service = this.service): string {
    const issuer = new URL(service.issuer);
    return service.origin + (issuer.pathname === '/' ? '' : issuer.pathname) + path;
  }

  async register(metadata: Json = {}): Promise<this> {
    const body = {
      client_name: 'Test client',
      redirect_uris: [this.redirectUri],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      ...metadata,
    };
    const response = await fetch(this.at('/register'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.status !== 201) throw new Error(`Registration failed: ${await response.text()}`);
    this.credentials = (await response.json()) as ClientCredentials;
    return this;
  }

  authorizationParameters(overrides: Overrides = {}): Overrides {
    return {
      response_type: 'code',
      client_id: this.credentials.client_id,
      redirect_uri: this.redirectUri,
      code_challenge: this.pkce.challenge,
      code_challenge_method: 'S256',
      state: 'a state',
      resource: this.service.resource,
      scope: 'notes:read',
      ...overrides,
    };
  }

  /** The first answer to an authorization request. */
  authorize(overrides: Overrides = {}): Promise<BrowserResponse> {
    return this.browser.get(
      `${this.service.issuer}/authorize?${encode(this.authorizationParameters(overrides))}`,
    );
  }

  /** From an answer to the next page or the client's redirect URI. */
  follow(response: BrowserResponse): Promise<BrowserResponse> {
    return this.browser.follow(response, new URL(this.service.issuer).origin);
  }

  /** Signs in on the host's page: the answer is the consent page or the way back. */
  async signIn(page: BrowserResponse, account = 'alice'): Promise<BrowserResponse> {
    const fields = (known: [string, string][]) =>
      known.map(([name, value]): [string, string] => [name, name === 'account' ? account : value]);
    return this.follow(await this.browser.submit(page, undefined, fields));
  }

  /** Begins a request and gets to the consent page, signing in when asked. */
  async toConsent(overrides: Overrides = {}, account = 'alice'): Promise<BrowserResponse> {
    const page = await this.follow(await this.authorize(overrides));
    return page.url.includes('/sign-in') ? this.signIn(page, account) : page;
  }

  /** @param forged scopes that the page does not offer. */
  approve(page: BrowserResponse, scopes?: string[], forged: string[] = []): Promise<BrowserResponse> {
    return this.browser.submit(page, ['decision', 'approve'], (fields) => [
      ...fields.filter(([name, value]) => name !== 'scope' || scopes === undefined || scopes.includes(value)),
      ...forged.map((scope): [string, string] => ['scope', scope]),
    ]);
  }

  deny(page: BrowserResponse): Promise<BrowserResponse> {
    return this.browser.submit(page, ['decision', 'deny']);
  }

  /** The whole way to a code. */
  async code(overrides: Overrides = {}, account = 'alice'): Promise<string> {
    const page = await this.toConsent(overrides, account);
    const answer = page.status === 200 ? await this.approve(page) : page;
    const code = redirectParameters(answer).get('code');
    if (code === null)
      throw new Error(`No code: ${answer.status} ${answer.headers.get('location')} ${answer.body}`);
    return code;
  }

  async token(
    fields: Overrides,
    init: { headers?: Record<string, string>; service?: TestService } = {},
  ): Promise<TokenAnswer> {
    const response = await fetch(this.at('/token', init.service), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...init.headers },
      body: encode(fields),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: JSON.parse(text) as TokenAnswer['body'],
    };
  }

  exchange(code: string, overrides: Overrides = {}, service?: TestService): Promise<TokenAnswer> {
    return this.token(
      {
        grant_type: 'authorization_code',
        code,
        code_verifier: this.pkce.verifier,
        redirect_uri: this.redirectUri,
        resource: this.service.resource,
        client_id: this.credentials.client_id,
        client_secret: this.credentials.client_secret,
        ...overrides,
      },
      { service },
    );
  }

  refresh(refreshToken: string, overrides: Overrides = {}, service?: TestService): Promise<TokenAnswer> {
    return this.token(
      {
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        client_id: this.credentials.client_id,
        client_secret: this.credentials.client_secret,
        ...overrides,
      },
      { service },
    );
  }

  /** The whole way to tokens. */
  async tokens(overrides: Overrides = {}, account = 'alice'): Promise<TokenAnswer['body']> {
    const { resource = this.service.resource } = overrides;
    const answer = await this.exchange(await this.code(overrides, account), { resource });
    if (answer.status !== 200) throw new Error(`No tokens: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Calls the protected resource. */
  async call(
    accessToken?: string,
    message: Json = { jsonrpc: '2.0', id: 1, method: 'tools/list' },
    service?: TestService,
  ) {
    const response = await fetch(`${(service ?? this.service).origin}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
      },
      body: JSON.stringify(message),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
  }
}

/** The parameters with which the browser is sent back to the client. */
export function redirectParameters({ headers }: BrowserResponse): URLSearchParams {
  const location = headers.get('location') ?? '';
  return new URLSearchParams(location.includes('?') ? location.slice(location.indexOf('?') + 1) : '');
}

/** The error of an authorization request, whether the browser is sent on with it or the person sees it; null for none. */
export function authorizationError(response: BrowserResponse): string | null {
  return (
    redirectParameters(response).get('error') ??
    /<a href="[^"]*[?&;]error=([a-z_]+)/.exec(response.body)?.[1] ??
    null
  );
}
