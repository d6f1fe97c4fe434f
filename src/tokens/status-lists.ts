import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { packStatusList, STATUS_LIST_TYPE, statusListUri } from '../oauth/status-list.js';
import { type StatusListContent, StatusListStore } from '../persistence/status-list.store.js';
import { signJwt } from './compact-signing.js';
import { SigningKeys } from './signing-keys.js';

/** Seconds for which a list may be kept: what it says is at most this old. */
export const STATUS_LIST_TTL = 5;
/** Seconds after which a list must not be believed any more. */
const LIFETIME = 300;
/** Lists in memory, at some 10 kB. */
const MOST_LISTS = 500;

interface SignedList {
  /** Null for a list that has not begun. */
  token: string | null;
  /** Milliseconds since the epoch. */
  madeAt: number;
}

/** Token Status List: which access tokens were taken back, for servers that check tokens by themselves. */
@Injectable()
export class StatusLists {
  private readonly lists = new LRUCache<number, Promise<SignedList>>({ max: MOST_LISTS });

  /** The highest number of a list that is known to have begun. */
  private last = -1;

  constructor(
    private readonly settings: McpAuthSettings,
    private readonly store: StatusListStore,
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
  ) {}

  /** Learns which lists there are. */
  async start(): Promise<void> {
    await this.read(0, this.clock.now());
  }

  /** The signed list of this number (Token Status List §5.1), at most 5 seconds old; null when it has not begun. */
  async token(list: number): Promise<string | null> {
    // Lists begin one after another, and whoever follows the last one asks for the next: a number beyond is a guess.
    if (list > this.last + 1) return null;
    const known = await this.lists.get(list);
    if (known && this.clock.now() - known.madeAt < STATUS_LIST_TTL * 1000) return known.token;
    const making = this.make(list);
    this.lists.set(list, making);
    making.catch(() => this.lists.delete(list));
    return (await making).token;
  }

  private async make(list: number): Promise<SignedList> {
    const now = this.clock.now();
    const { revoked, lastList } = await this.read(list, now);
    return { token: list > lastList ? null : await this.sign(list, revoked, now), madeAt: now };
  }

  private async read(list: number, now: number): Promise<StatusListContent> {
    const content = await this.store.read(list, new Date(now));
    this.last = Math.max(this.last, content.lastList);
    return content;
  }

  private sign(list: number, revoked: readonly number[], now: number): Promise<string> {
    const { issuer, signing } = this.settings;
    const issuedAt = Math.floor(now / 1000);
    const claims = {
      iss: issuer,
      sub: statusListUri(issuer, list),
      iat: issuedAt,
      exp: issuedAt + LIFETIME,
      ttl: STATUS_LIST_TTL,
      status_list: packStatusList(revoked),
    };
    return signJwt(this.keys.signing(signing.algorithm), STATUS_LIST_TYPE, claims);
  }
}
