import { parseForm } from './html-form.js';

export interface BrowserResponse {
  status: number;
  url: string;
  headers: Headers;
  body: string;
}

type Pairs = Record<string, string | string[] | undefined> | [string, string][];

export function encode(pairs: Pairs): string {
  const entries = Array.isArray(pairs)
    ? pairs
    : Object.entries(pairs).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [value].flat().map((each) => [name, each]),
      );
  return new URLSearchParams(entries).toString();
}

/** A browser with cookies of its own, which follows redirects on demand and reads forms. */
export class Browser {
  private readonly cookies = new Map<string, string>();

  /** Hosts that other instances of the service stand behind: public origin → where it listens. */
  constructor(private readonly routes: Record<string, string> = {}) {}

  async request(url: string, init: RequestInit = {}): Promise<BrowserResponse> {
    const { origin } = new URL(url);
    const target = (this.routes[origin] ?? origin) + url.slice(origin.length);
    const headers = new Headers(init.headers);
    if (this.cookies.size > 0) headers.set('cookie', this.cookie);
    const response = await fetch(target, { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(cookie)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return { status: response.status, url, headers: response.headers, body: await response.text() };
  }

  /** As it is sent. */
  get cookie(): string {
    return [...this.cookies].map((pair) => pair.join('=')).join('; ');
  }

  get(url: string): Promise<BrowserResponse> {
    return this.request(url);
  }

  post(url: string, fields: Pairs): Promise<BrowserResponse> {
    return this.request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: encode(fields),
    });
  }

  /** Follows redirects as long as they stay below `origin`. */
  async follow(response: BrowserResponse, origin: string): Promise<BrowserResponse> {
    let current = response;
    for (let hop = 0; hop < 10; hop++) {
      const location = current.headers.get('location');
      if (location === null) return current;
      const next = new URL(location, current.url).href;
      if (!next.startsWith(`${origin}/`)) return current;
      current = await this.get(next);
    }
    throw new Error(`Too many redirects at ${current.url}`);
  }

  /** Sends the form of a page with one of its buttons; `change` edits what is sent. */
  submit(
    page: BrowserResponse,
    button?: [string, string],
    change: (fields: [string, string][]) => [string, string][] = (fields) => fields,
  ): Promise<BrowserResponse> {
    const { action, fields } = parseForm(page.body);
    return this.post(new URL(action || page.url, page.url).href, [
      ...change(fields),
      ...(button ? [button] : []),
    ]);
  }

  /**
   * Sends the form of a page that has this action, whatever its query, by the first of its buttons, with other values in it; without one, what
   * such a form would send.
   */
  send(page: BrowserResponse, action: string, values: Record<string, string> = {}): Promise<BrowserResponse> {
    const forms = page.body.match(/<form[^>]*>[^]*?<\/form>/g) ?? [];
    const form = forms.map(parseForm).find((one) => one.action.split('?', 1)[0] === action);
    const csrf = forms.flatMap((one) => parseForm(one).fields).filter(([name]) => name === 'csrf');
    const pressed = form?.buttons.slice(0, 1).map(({ name, value }): [string, string] => [name, value]) ?? [];
    const fields = Object.fromEntries([...(form?.fields ?? csrf.slice(0, 1)), ...pressed]);
    return this.post(new URL(form?.action ?? action, page.url).href, { ...fields, ...values });
  }
}
