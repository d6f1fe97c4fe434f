// What a browser and an OAuth client do, against a fetch handler.
import { createHash } from 'node:crypto';

export const hash = (text) => createHash('sha256').update(text).digest('base64url');
export const VERIFIER = 'a-verifier-of-a-fixture-which-is-long-enough-to-be-one';
export const challenge = hash(VERIFIER);

export class Client {
  constructor(handler, base) {
    this.handler = handler;
    this.base = base;
  }

  async send(path, init) {
    const origin = new URL(this.base).origin;
    return this.handler(
      new Request(`${this.base}${path}`, { ...init, headers: { origin, ...init.headers } }),
    );
  }

  async json(path, body, cookie) {
    const headers = { 'content-type': 'application/json', ...(cookie && { cookie }) };
    return this.read(path, await this.send(path, { method: 'POST', headers, body: JSON.stringify(body) }));
  }

  async form(path, fields, headers = {}) {
    const body = new URLSearchParams(fields);
    return this.read(path, await this.send(path, { method: 'POST', headers, body }));
  }

  /** Where a browser is sent. */
  async redirect(path, cookie) {
    const response = await this.send(path, { headers: { cookie, accept: 'text/html' } });
    const location = response.headers.get('location');
    if (!location) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return new URL(location, this.base);
  }

  /** The cookies of somebody signed in. */
  async signIn(email, password) {
    const response = await this.send('/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`);
    return response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0])
      .join('; ');
  }

  async read(path, response) {
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }
}
