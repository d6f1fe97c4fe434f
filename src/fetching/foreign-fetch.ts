import ipaddr from 'ipaddr.js';
import { type LookupAddress, lookup as systemLookup, type LookupOptions } from 'node:dns';
import type { IncomingHttpHeaders } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { Agent, Dispatcher } from 'undici';
import { isThisComputer } from '../oauth/loopback.js';

/**
 * Why nothing came of a fetch: `refused` by our rules, not asked for because this server is too `busy`, `unreachable`
 * for now, `gone` for good, or something `wrong` that is not a JSON document.
 */
export type ForeignFailure = 'refused' | 'busy' | 'unreachable' | 'gone' | 'wrong';

/** The message is fit for a stranger: it says nothing about the network this server is in. */
export class ForeignFetchError extends Error {
  constructor(
    readonly failure: ForeignFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Whether it is worth asking again. */
  get isPassing(): boolean {
    return this.failure === 'unreachable' || this.failure === 'busy';
  }

  /** Whether it says nothing about what is there. */
  get saysNothing(): boolean {
    return this.isPassing || this.failure === 'refused';
  }
}

export interface ForeignDocument {
  content: unknown;
  status: number;
  headers: IncomingHttpHeaders;
}

type Lookup = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface ForeignFetchRules {
  /** For development: http and https on this computer too. Default false. */
  allowLoopback?: boolean;
  /** Ranges such as `10.0.0.0/8` whose private addresses may be fetched from; loopback and link-local ones never. Default: none. */
  networks?: readonly string[];
  /** Default: the system's. */
  lookup?: Lookup;
}

/** Bytes, whatever is asked for. */
const LARGEST_DOCUMENT = 65_536;
/** Milliseconds, from the first to the last byte. */
const DEADLINE = 3_000;
/** RFC 4291 §2.4: outside of it are also addresses that hold an IPv4 address (§2.5.5.1). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** What a network of one's own has (RFC 1918, RFC 4193, RFC 6598): never this computer, nor what tells a machine its secrets (RFC 3927). */
const PRIVATE_RANGES = new Set(['private', 'uniqueLocal', 'carrierGradeNat']);
/** What a resolver says of a name that there is not, or that has no address. */
const UNKNOWN_NAME = new Set(['ENOTFOUND', 'ENODATA', 'EAI_NODATA', 'EAI_NONAME']);
const JSON_TYPE = /^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/i;

/**
 * Fetches JSON that a stranger names, and nothing a stranger should not reach: https alone, public addresses alone
 * (each checked when it is connected to, so that no name can change its mind), no redirects, 64 kB, 3 seconds. A name that
 * nobody knows is refused in the words for a private one: this server does not say what its network knows.
 */
export class ForeignFetch {
  private readonly allowLoopback: boolean;
  private readonly networks: readonly (readonly [ipaddr.IPv4 | ipaddr.IPv6, number])[];
  private readonly lookup: Lookup;
  private agent: Promise<Agent> | undefined;

  constructor({ allowLoopback = false, networks = [], lookup = systemLookup }: ForeignFetchRules = {}) {
    this.allowLoopback = allowLoopback;
    this.networks = networks.map((range) => ipaddr.parseCIDR(range));
    this.lookup = lookup;
  }

  /**
   * @param largest bytes.
   * @throws ForeignFetchError
   */
  async json(url: string, largest = LARGEST_DOCUMENT): Promise<ForeignDocument> {
    this.checkUrl(url);
    const dispatcher = await this.openAgent();
    // Covers a slow body too, which no timeout between two bytes does.
    const signal = AbortSignal.timeout(DEADLINE);
    const asked = { method: 'GET', headers: { accept: 'application/json' } } as const;
    const response = await this.send(url, asked, dispatcher, signal);
    const { statusCode: status, headers } = response;
    try {
      checkAnswer(status, headers);
      return { content: JSON.parse(await this.read(response, largest, signal)), status, headers };
    } catch (error) {
      response.body.on('error', () => undefined).destroy();
      if (error instanceof ForeignFetchError) throw error;
      throw new ForeignFetchError('wrong', 'It is not JSON.', { cause: error });
    }
  }

  /**
   * Sends a form that nothing but a success is an answer to; what else the answer says is not read.
   * @throws ForeignFetchError
   */
  async post(url: string, form: Readonly<Record<string, string>>): Promise<void> {
    const { status } = await this.deliver(url, new URLSearchParams(form).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    });
    // Some frameworks answer an empty body with 204 (OpenID Connect Back-Channel Logout §2.8).
    if (status !== 204) checkStatus(status);
  }

  /**
   * Sends JSON that any success is an answer to; what else the answer says is not read.
   * @throws ForeignFetchError
   */
  async postJson(url: string, json: string, headers: Readonly<Record<string, string>>): Promise<void> {
    const { status } = await this.deliver(url, json, { ...headers, 'content-type': 'application/json' });
    if (status < 200 || status > 299) checkStatus(status);
  }

  /**
   * What is answered to a JSON body, whatever the status: the answer itself is not read.
   * @throws ForeignFetchError
   */
  ask(url: string, json: string): Promise<Omit<ForeignDocument, 'content'>> {
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    return this.deliver(url, json, headers);
  }

  /** Whether the URL itself names an address that is never fetched from; a name may still lead to one. */
  refuses(url: string): boolean {
    const { hostname } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, '');
    if (ipaddr.isValid(host)) return !this.isAllowed(host, hostname);
    return isThisComputer(hostname) && !this.allowLoopback;
  }

  async close(): Promise<void> {
    await (await this.agent)?.destroy();
  }

  /** The answer without its body, which is not read. */
  private async deliver(
    url: string,
    body: string,
    headers: Record<string, string>,
  ): Promise<Omit<ForeignDocument, 'content'>> {
    this.checkUrl(url);
    const dispatcher = await this.openAgent();
    const sent = { method: 'POST', body, headers } as const;
    const response = await this.send(url, sent, dispatcher, AbortSignal.timeout(DEADLINE));
    response.body.on('error', () => undefined).destroy();
    return { status: response.statusCode, headers: response.headers };
  }

  private checkUrl(url: string): void {
    if (!URL.canParse(url)) throw new ForeignFetchError('refused', 'It is no URL.');
    const { protocol, username, password, hostname } = new URL(url);
    const plain = protocol === 'http:' && this.allowLoopback && isThisComputer(hostname);
    if (protocol !== 'https:' && !plain) throw new ForeignFetchError('refused', 'It must use https.');
    if (username || password) throw new ForeignFetchError('refused', 'It must not hold user information.');
  }

  /** Loads undici when something is fetched: most starts never do. */
  private openAgent(): Promise<Agent> {
    this.agent ??= this.makeAgent();
    return this.agent;
  }

  private async makeAgent(): Promise<Agent> {
    const { Agent, buildConnector } = await import('undici');
    const connect = buildConnector({ lookup: this.checkedLookup(this.lookup), timeout: DEADLINE });
    return new Agent({
      connect: (options, callback) => {
        const host = options.hostname.replace(/^\[|\]$/g, '');
        // A literal address is never looked up.
        if (ipaddr.isValid(host) && !this.isAllowed(host, options.hostname)) callback(refused(), null);
        else connect(options, callback);
      },
      headersTimeout: DEADLINE,
      bodyTimeout: DEADLINE,
      maxResponseSize: LARGEST_DOCUMENT,
    });
  }

  private async send(
    url: string,
    { headers, ...sent }: { method: 'GET' | 'POST'; headers: Record<string, string>; body?: string },
    dispatcher: Agent,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const { origin, pathname, search } = new URL(url);
    try {
      return await dispatcher.request({
        origin,
        path: pathname + search,
        signal,
        ...sent,
        // What is not compressed cannot grow.
        headers: { ...headers, 'accept-encoding': 'identity' },
      });
    } catch (error) {
      throw asFailure(error);
    }
  }

  private async read(
    { body }: Dispatcher.ResponseData,
    largest: number,
    signal: AbortSignal,
  ): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > largest) throw tooLarge();
        chunks.push(chunk);
      }
    } catch (error) {
      throw signal.aborted ? unreachable(error) : asFailure(error);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  }

  /** Refuses a name as soon as one of its addresses is not allowed, and hands on the very addresses it has checked. */
  private checkedLookup(lookup: Lookup): LookupFunction {
    return (hostname, options, callback) => {
      lookup(hostname, { ...options, all: true }, (error, addresses) => {
        const [first] = addresses ?? [];
        if (error ? UNKNOWN_NAME.has(error.code ?? '') : !first) return callback(refused(error), '');
        if (error || !first) return callback(error ?? unreachable(), '');
        if (!addresses.every(({ address }) => this.isAllowed(address, hostname)))
          return callback(refused(), '');
        return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
      });
    };
  }

  private isAllowed(address: string, hostname: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    if (PRIVATE_RANGES.has(parsed.range()) && this.isListed(parsed)) return true;
    if (parsed.range() === 'loopback') return this.allowLoopback && isThisComputer(hostname);
    return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST));
  }

  private isListed(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
    return this.networks.some(([of, bits]) => of.kind() === address.kind() && address.match(of, bits));
  }
}

function checkStatus(status: number): void {
  if (status === 404 || status === 410) throw new ForeignFetchError('gone', 'It is not there.');
  if (status >= 500 || status === 429) throw unreachable();
  if (status !== 200) throw new ForeignFetchError('wrong', `It is answered with status ${status}.`);
}

function checkAnswer(status: number, headers: IncomingHttpHeaders): void {
  checkStatus(status);
  if (!JSON_TYPE.test(headers['content-type'] ?? ''))
    throw new ForeignFetchError('wrong', 'It is not served as application/json.');
  const { 'content-encoding': encoding = 'identity' } = headers;
  if (encoding !== 'identity') throw new ForeignFetchError('wrong', 'It is compressed.');
}

function refused(cause?: unknown): ForeignFetchError {
  return new ForeignFetchError('refused', 'It is not at a public address.', { cause });
}

function tooLarge(cause?: unknown): ForeignFetchError {
  return new ForeignFetchError('wrong', 'It is too large.', { cause });
}

function unreachable(cause?: unknown): ForeignFetchError {
  return new ForeignFetchError('unreachable', 'It cannot be reached.', { cause });
}

function asFailure(error: unknown): ForeignFetchError {
  if (error instanceof ForeignFetchError) return error;
  const { cause, code } = error as { cause?: unknown; code?: unknown };
  if (cause instanceof ForeignFetchError) return cause;
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return tooLarge(error);
  return unreachable(error);
}
