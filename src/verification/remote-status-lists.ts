import { Logger } from '@nestjs/common';
import { jwtVerify } from 'jose/jwt/verify';
import type { Clock } from '../host/clock.js';
import { TemporarilyUnavailableError } from '../oauth/errors.js';
import { STATUS_LIST_TYPE, StatusList } from '../oauth/status-list.js';
import type { VerifiedAccessToken } from './verified-access-token.js';
import { InvalidTokenError } from './invalid-token.error.js';
import type { TokenStatus } from './token-status.js';
import type { VerificationKeys } from './verification-keys.js';

/** Milliseconds. */
const TIMEOUT = 3_000;
/** Characters of a signed list: the largest of a million tokens. */
const LONGEST_LIST = 2_000_000;

export interface StatusListRules {
  /** Seconds between two looks at a list. */
  interval: number;
  /** Seconds without news after which a token of the list is neither good nor bad. */
  maxAge: number;
}

interface KnownList {
  list: StatusList;
  /** When it was fetched, in milliseconds of the process. */
  fetchedAt: number;
  /** When the last token that was seen of it expires, in milliseconds since the epoch. */
  neededUntil: number;
}

/**
 * Token Status List for a resource server: the lists of the tokens that come by, looked at now and then, so that a
 * revoked token is refused without a request per call. A list counts only on the issuer's origin and with its signature.
 */
export class RemoteStatusLists implements TokenStatus {
  private readonly logger = new Logger(RemoteStatusLists.name);
  private readonly lists = new Map<string, KnownList>();
  private readonly fetching = new Map<string, Promise<StatusList>>();
  private readonly origin: string;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    issuer: string,
    private readonly keys: VerificationKeys,
    private readonly clock: Clock,
    private readonly rules: StatusListRules,
  ) {
    this.origin = new URL(issuer).origin;
  }

  start(): void {
    this.timer = setInterval(() => void this.refresh(), this.rules.interval * 1000);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Fetches the list of a token that names one. @throws InvalidTokenError for a list elsewhere. */
  async learn({ status, expiresAt }: VerifiedAccessToken): Promise<void> {
    if (status === null) return;
    const { uri } = status;
    if (!URL.canParse(uri) || new URL(uri).origin !== this.origin)
      throw new InvalidTokenError('The status of the access token stands elsewhere than at its issuer.');
    const known = this.lists.get(uri);
    if (known) known.neededUntil = Math.max(known.neededUntil, expiresAt);
    else await this.load(uri, expiresAt);
  }

  isRevoked({ status }: VerifiedAccessToken): boolean {
    if (status === null) return false;
    const known = this.lists.get(status.uri);
    if (!known || performance.now() - known.fetchedAt > this.rules.maxAge * 1000)
      throw new TemporarilyUnavailableError('The status of the access token is not known at the moment.');
    return !known.list.isValid(status.idx);
  }

  /** Looks at every list that tokens may still need. */
  async refresh(): Promise<void> {
    const now = this.clock.now();
    for (const [uri, { neededUntil }] of this.lists)
      if (neededUntil < now) this.lists.delete(uri);
      else
        await this.load(uri, neededUntil).catch((error: unknown) =>
          this.logger.warn(`The status list ${uri} cannot be read: ${String(error)}`),
        );
  }

  private async load(uri: string, neededUntil: number): Promise<void> {
    const fetching = this.fetching.get(uri) ?? this.fetch(uri);
    this.fetching.set(uri, fetching);
    try {
      const list = await fetching;
      const until = Math.max(neededUntil, this.lists.get(uri)?.neededUntil ?? 0);
      this.lists.set(uri, { list, fetchedAt: performance.now(), neededUntil: until });
    } catch (error) {
      throw new TemporarilyUnavailableError('The status of the access token is out of reach.', {
        cause: error,
      });
    } finally {
      this.fetching.delete(uri);
    }
  }

  /** Token Status List §8.3. */
  private async fetch(uri: string): Promise<StatusList> {
    const response = await fetch(uri, {
      headers: { accept: `application/${STATUS_LIST_TYPE}` },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (!response.ok) throw new Error(`${uri} answers ${response.status}.`);
    const token = (await response.text()).trim();
    if (token.length > LONGEST_LIST) throw new Error(`${uri} is too long.`);
    const { payload } = await jwtVerify(
      token,
      async ({ kid = '', alg }) => {
        const key = await this.keys.find(kid, alg);
        if (!key) throw new Error(`${uri} is not signed by the issuer.`);
        return key.key;
      },
      { subject: uri, typ: STATUS_LIST_TYPE, currentDate: new Date(this.clock.now()), clockTolerance: 30 },
    );
    return StatusList.unpack(payload['status_list']);
  }
}
