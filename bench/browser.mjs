// As much of a browser as a benchmark needs: cookies, redirects, and the first form of a page.
const unescaped = (text) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

const attributes = (tag) =>
  Object.fromEntries(
    [...tag.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)].map(([, name, value = '']) => [name, unescaped(value)]),
  );

function formOf(html) {
  const [, head = '', body = ''] = /<form([^>]*)>(.*?)<\/form>/s.exec(html) ?? [];
  const inputs = [...body.matchAll(/<input((?:[^>"]|"[^"]*")*)>/g)].map(([, tag]) => attributes(tag));
  const fields = inputs
    .filter(({ name, type, checked }) => name && (type !== 'checkbox' || checked !== undefined))
    .map(({ name, value = '' }) => [name, value]);
  return { action: attributes(head).action, fields: Object.fromEntries(fields) };
}

export class Browser {
  #cookies;

  /** @param origins where those that URLs name are reached. */
  constructor(origins, cookies) {
    this.#cookies = new Map(Object.entries(cookies));
    this.origins = origins;
  }

  async request(url, body) {
    const { origin } = new URL(url);
    const response = await fetch((this.origins[origin] ?? origin) + url.slice(origin.length), {
      redirect: 'manual',
      headers: { cookie: [...this.#cookies].map((pair) => pair.join('=')).join('; ') },
      ...(body && { method: 'POST', body: new URLSearchParams(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(cookie)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    const location = response.headers.get('location');
    return {
      url,
      status: response.status,
      next: location && new URL(location, url).href,
      html: await response.text(),
    };
  }

  /** Follows redirects and sends forms, with these values in them, until it is sent to `end`. */
  async through(url, end, values) {
    let page = await this.request(url);
    for (let step = 0; step < 20; step++) {
      if (page.next?.startsWith(end)) return page.next;
      if (page.next) {
        page = await this.request(page.next);
        continue;
      }
      const { action, fields } = formOf(page.html);
      if (action === undefined)
        throw new Error(
          `No form at ${page.url}: ${page.html.replace(/<style.*?<\/style>/s, '').slice(0, 700)}`,
        );
      const known = Object.entries(values).filter(([name]) => name in fields || name === 'decision');
      page = await this.request(new URL(action || page.url, page.url).href, {
        ...fields,
        ...Object.fromEntries(known),
      });
    }
    throw new Error(`No end at ${page.url}`);
  }
}
