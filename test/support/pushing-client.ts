import type { TestService } from './app.js';
import { Browser, type BrowserResponse, encode } from './browser.js';
import { type Json, OAuthTestClient } from './oauth-client.js';

type Overrides = Record<string, string | string[] | undefined>;

/** A client that pushes its authorization requests (RFC 9126). */
export class PushingClient extends OAuthTestClient {
  async push(
    overrides: Overrides = {},
    init: { headers?: Record<string, string>; service?: TestService } = {},
  ): Promise<{ status: number; headers: Headers; body: Json }> {
    const { client_secret } = this.credentials;
    const response = await fetch(this.at('/par', init.service), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...init.headers },
      body: encode({ ...this.authorizationParameters(), client_secret, ...overrides }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
  }

  /** The `request_uri` of a request that is right. */
  async pushed(overrides: Overrides = {}): Promise<string> {
    const { status, body } = await this.push(overrides);
    if (status !== 201) throw new Error(`Not pushed: ${status} ${JSON.stringify(body)}`);
    return String(body['request_uri']);
  }

  /** What a browser is answered that brings a `request_uri`. */
  open(
    requestUri: string,
    { browser = this.browser, more = {} }: { browser?: Browser; more?: Overrides } = {},
  ): Promise<BrowserResponse> {
    const { client_id } = this.credentials;
    return browser.get(
      `${this.service.issuer}/authorize?${encode({ client_id, request_uri: requestUri, ...more })}`,
    );
  }
}
