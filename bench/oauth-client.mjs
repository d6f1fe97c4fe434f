// A client as the benchmarks need it: every request of the flow, by HTTP alone.
import { createHash, randomBytes } from 'node:crypto';
import { Browser } from './browser.mjs';

export const REDIRECT = 'https://client.example/callback';
const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

let people = 0;

/** A client of one server, and the person who uses it. */
export class OAuthClient {
  constructor(server, id, scope, person = 'alice') {
    Object.assign(this, { server, id, scope });
    this.resource = `${server.issuer}/mcp`;
    this.browser = new Browser({ [server.issuer]: server.origin }, { person });
  }

  async send(path, body, expected, init = {}) {
    const response = await fetch(this.server.origin + path, {
      ...(body && { method: 'POST', body: body instanceof Object ? new URLSearchParams(body) : body }),
      ...init,
    });
    if (response.status !== expected) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  get authorizationUrl() {
    const request = {
      response_type: 'code',
      client_id: this.id,
      redirect_uri: REDIRECT,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      resource: this.resource,
      scope: this.scope,
      state: 'state',
    };
    return `${this.server.origin}/authorize?${new URLSearchParams(request)}`;
  }

  /** The same client with another person, who has consented. */
  async withAnother() {
    people += 1;
    const other = new OAuthClient(this.server, this.id, this.scope, `person${people}`);
    await other.begin();
    return other;
  }

  /** Signs in and consents, once. */
  begin() {
    return this.browser.through(this.authorizationUrl, REDIRECT, {
      login: 'alice',
      password: 'alice',
      decision: 'approve',
    });
  }

  async code() {
    const { next, html } = await this.browser.request(this.authorizationUrl);
    const code = next && new URL(next).searchParams.get('code');
    if (!code) throw new Error(`No code: ${next} ${html.slice(0, 300)}`);
    return code;
  }

  exchange(code) {
    const request = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
      code_verifier: verifier,
    };
    return this.send('/token', { ...request, client_id: this.id }, 200);
  }

  async refresh(chain) {
    const request = { grant_type: 'refresh_token', refresh_token: chain.token, client_id: this.id };
    chain.token = (await this.send('/token', request, 200)).refresh_token;
  }

  register() {
    const body = JSON.stringify({
      client_name: 'Bench',
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
    });
    return this.send('/register', body, 201, { headers: { 'content-type': 'application/json' } });
  }

  introspect(token, secret) {
    return this.send('/introspect', { token, client_id: 'server', client_secret: secret }, 200);
  }

  discovery() {
    return this.send('/.well-known/oauth-authorization-server', null, 200);
  }
}
