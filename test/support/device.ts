import type { TestService } from './app.js';
import { type BrowserResponse, encode } from './browser.js';
import { type Json, OAuthTestClient, type TokenAnswer } from './oauth-client.js';

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

export interface DeviceCodes extends Json {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
}

type Fields = Record<string, string | string[] | undefined>;

/** A program on a device without a browser (RFC 8628). */
export class DeviceClient extends OAuthTestClient {
  override register(metadata: Json = {}): Promise<this> {
    const grants = ['authorization_code', 'refresh_token', DEVICE_GRANT];
    return super.register({ grant_types: grants, ...metadata });
  }

  async ask(
    fields: Fields = {},
    init: { headers?: Record<string, string>; service?: TestService } = {},
  ): Promise<{ status: number; headers: Headers; body: DeviceCodes }> {
    const { client_id, client_secret } = this.credentials;
    const response = await fetch(this.at('/device_authorization', init.service), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...init.headers },
      body: encode({
        client_id,
        client_secret,
        resource: this.service.resource,
        scope: 'notes:read',
        ...fields,
      }),
    });
    const body = (await response.json()) as DeviceCodes;
    return { status: response.status, headers: response.headers, body };
  }

  async codes(fields: Fields = {}): Promise<DeviceCodes> {
    const { status, body } = await this.ask(fields, { headers: { 'user-agent': 'report-cli/1.0' } });
    if (status !== 200) throw new Error(`No codes: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  poll(
    deviceCode: string,
    fields: Fields = {},
    init: { headers?: Record<string, string>; service?: TestService } = {},
  ): Promise<TokenAnswer> {
    const { client_id, client_secret } = this.credentials;
    return this.token(
      { grant_type: DEVICE_GRANT, device_code: deviceCode, client_id, client_secret, ...fields },
      init,
    );
  }

  /** What the page of the code is answered. */
  async enter(userCode: string, browser = this.browser): Promise<BrowserResponse> {
    const page = await browser.get(`${this.service.issuer}/device`);
    return browser.submit(page, undefined, (fields) => [
      ...fields.filter(([name]) => name === 'csrf'),
      ['user_code', userCode],
    ]);
  }

  /** From a code to the page that asks. */
  async toQuestion(userCode: string, account = 'alice'): Promise<BrowserResponse> {
    const page = await this.follow(await this.enter(userCode));
    return page.url.includes('/sign-in') ? this.signIn(page, account) : page;
  }

  /** A yes, with the box ticked that says whose device it is. */
  allow(page: BrowserResponse): Promise<BrowserResponse> {
    return this.browser.submit(page, ['decision', 'approve'], (fields) => [
      ...fields.filter(([name]) => name !== 'device'),
      ['device', 'mine'],
    ]);
  }

  /** The whole way to a device that may go on. */
  async allowed(fields: Fields = {}, account = 'alice'): Promise<string> {
    const { device_code, user_code } = await this.codes(fields);
    const answer = await this.allow(await this.toQuestion(user_code, account));
    if (!answer.headers.get('location')?.endsWith('/device/allowed'))
      throw new Error(`Not allowed: ${answer.status} ${answer.body}`);
    return device_code;
  }
}
