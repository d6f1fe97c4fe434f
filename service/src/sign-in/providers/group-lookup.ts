import { groupNames, MOST_GROUPS } from './upstream-identity.js';

/** Milliseconds for all pages together. */
const PATIENCE = 5_000;
const MOST_PAGES = 20;
/** Bytes of one page. */
const LARGEST_PAGE = 1_048_576;

/** Why no groups came of a look-up; the message is for the log. */
export class GroupLookupError extends Error {
  constructor(
    message: string,
    /** Whether it may go well in a minute. */
    readonly isAway: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

interface Page {
  value: unknown[];
  '@odata.nextLink'?: unknown;
}

/**
 * The groups of whoever an access token is for, from the URL that the configuration names and no other: it answers
 * `{ "value": [{ "id": "…" }], "@odata.nextLink": "…" }`, as Microsoft Graph does. A next page is of the same origin.
 */
export class GroupLookup {
  private readonly first: URL;

  constructor(url: string) {
    this.first = new URL(url);
  }

  /** @throws GroupLookupError when they cannot be had, or not all of them. */
  async read(accessToken: string): Promise<string[]> {
    const signal = AbortSignal.timeout(PATIENCE);
    const groups = new Set<string>();
    let url: URL | null = this.first;
    for (let page = 0; url; page++) {
      if (page === MOST_PAGES) throw wrong(`it has more than ${MOST_PAGES} pages`);
      const { value, '@odata.nextLink': next } = await this.page(url, accessToken, signal);
      for (const name of groupNames(value.map(idOf))) groups.add(name);
      if (groups.size > MOST_GROUPS) throw wrong(`it has more than ${MOST_GROUPS} groups`);
      url = this.next(next);
    }
    return [...groups];
  }

  private async page(url: URL, accessToken: string, signal: AbortSignal): Promise<Page> {
    const response = await this.get(url, accessToken, signal);
    const content = parse(await read(response));
    if (!isPage(content)) throw wrong('it has no list "value"');
    return content;
  }

  private async get(url: URL, accessToken: string, signal: AbortSignal): Promise<Response> {
    // Microsoft Graph counts and casts for those alone who say so.
    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${accessToken}`,
      consistencylevel: 'eventual',
    };
    let response: Response;
    try {
      response = await fetch(url, { headers, redirect: 'manual', signal });
    } catch (error) {
      throw away('it cannot be reached', error);
    }
    if (response.status === 200) return response;
    await response.body?.cancel();
    const message = `it answers with status ${response.status}`;
    throw response.status >= 500 || response.status === 429 ? away(message) : wrong(message);
  }

  /** A token goes nowhere but where the configuration says. */
  private next(link: unknown): URL | null {
    if (link === undefined || link === null) return null;
    const url = typeof link === 'string' && URL.canParse(link) ? new URL(link) : null;
    if (url?.origin !== this.first.origin || url.username || url.password)
      throw wrong('its next page is somewhere else');
    return url;
  }
}

async function read({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body ?? []) {
      size += chunk.length;
      if (size > LARGEST_PAGE) throw wrong(`a page is larger than ${LARGEST_PAGE} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof GroupLookupError ? error : away('it stopped in the middle', error);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong('it answers no JSON');
  }
}

function isPage(content: unknown): content is Page {
  return (
    typeof content === 'object' && content !== null && 'value' in content && Array.isArray(content.value)
  );
}

function idOf(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'id' in entry ? entry.id : null;
}

function wrong(message: string): GroupLookupError {
  return new GroupLookupError(message, false);
}

function away(message: string, cause?: unknown): GroupLookupError {
  return new GroupLookupError(message, true, { cause });
}
