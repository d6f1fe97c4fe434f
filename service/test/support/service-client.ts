import { createHash, randomBytes } from 'node:crypto';
import { Browser, type BrowserResponse, encode } from '../../../test/support/browser.js';
import type { TokenAnswer } from '../../../test/support/oauth-client.js';
import { fillSignIn, PASSWORD, type Standalone } from './standalone.js';

/** A client of the stand-alone service, and the person in front of it. */
export class ServiceClient {
  readonly redirectUri: string;
  clientId = '';
  private readonly verifier = randomBytes(32).toString('base64url');

  constructor(
    private readonly service: Pick<Standalone, 'issuer'>,
    private readonly resource: string,
    redirectUri = 'https://client.example/callback',
    readonly browser = new Browser(),
  ) {
    this.redirectUri = redirectUri;
  }

  async register(metadata: Record<string, unknown> = {}): Promise<this> {
    const response = await fetch(`${this.service.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: 'A client',
        redirect_uris: [this.redirectUri],
        token_endpoint_auth_method: 'none',
        ...metadata,
      }),
    });
    ({ client_id: this.clientId } = (await response.json()) as { client_id: string });
    return this;
  }

  /** Where the client sends the browser. */
  authorizationUrl(scope: string, more: Record<string, string> = {}): string {
    const parameters = {
      response_type: 'code',
      client_id: this.clientId,
      redirect_uri: this.redirectUri,
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'),
      code_challenge_method: 'S256',
      resource: this.resource,
      scope,
      ...more,
    };
    return `${this.service.issuer}/authorize?${encode(parameters)}`;
  }

  /** The first page: sign-in, unless somebody is signed in. */
  async toSignIn(scope: string, more: Record<string, string> = {}): Promise<BrowserResponse> {
    const first = await this.browser.get(this.authorizationUrl(scope, more));
    return this.browser.follow(first, this.service.issuer);
  }

  /** The page after signing in: consent, or why not. */
  async authorize(email: string, scope: string, more: Record<string, string> = {}): Promise<BrowserResponse> {
    const { issuer } = this.service;
    const page = await this.toSignIn(scope, more);
    if (!page.url.includes('/sign-in')) return page;
    return this.browser.follow(await fillSignIn(this.browser, page, email, PASSWORD), issuer);
  }

  approve(page: BrowserResponse): Promise<BrowserResponse> {
    return this.browser.submit(page, ['decision', 'approve']);
  }

  async tokens(email: string, scope: string): Promise<TokenAnswer['body']> {
    const { body } = await this.token(await this.codeRequest(email, scope));
    return body;
  }

  /** The whole way to a code: the fields of the token request that redeems it. */
  async codeRequest(email: string, scope: string): Promise<Record<string, string>> {
    const page = await this.authorize(email, scope);
    return this.codeFrom(page.status === 200 ? await this.approve(page) : page);
  }

  /** The fields of the token request that redeems the code of an answer. */
  codeFrom(answer: BrowserResponse): Record<string, string> {
    const code = new URL(answer.headers.get('location') ?? this.redirectUri).searchParams.get('code');
    if (code === null) throw new Error(`No code: ${answer.status} ${answer.body}`);
    return {
      grant_type: 'authorization_code',
      client_id: this.clientId,
      code,
      code_verifier: this.verifier,
      redirect_uri: this.redirectUri,
    };
  }

  refresh(refreshToken: string, issuer?: string): Promise<TokenAnswer> {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken }, issuer);
  }

  async token(fields: Record<string, string>, issuer = this.service.issuer): Promise<TokenAnswer> {
    const response = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: encode({ client_id: this.clientId, ...fields }),
    });
    const body = (await response.json()) as TokenAnswer['body'];
    return { status: response.status, headers: response.headers, body };
  }
}
