import { Injectable } from '@nestjs/common';
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import RateLimiterRes from 'rate-limiter-flexible/lib/RateLimiterRes.js';

/** Sent to one host at once; more wait for each other. */
const AT_ONCE = 5;
/** A minute, to one host that strangers have named. */
const OF_STRANGERS = { points: 120, duration: 60 };
/** Milliseconds for which a host is left alone that has not answered. */
const PAUSE = 15_000;

/** What is on its way to one host. */
interface Lane {
  running: number;
  waiting: (() => void)[];
  isFailing: boolean;
}

/**
 * How much is sent to one host. Clients that registered themselves name any host, and whoever signs in and out, or connects
 * many clients and signs out once, would have this server send to it as much as they like. Who hangs holds up nobody else.
 */
@Injectable()
export class LogoutHosts {
  private readonly lanes = new Map<string, Lane>();
  private readonly sent = new RateLimiterMemory(OF_STRANGERS);

  /**
   * Sends when it is its turn, and says 0; or in how many milliseconds to come again.
   * @param trusted whether an administrator has named the host.
   */
  async inTurn(uri: string, trusted: boolean, send: () => Promise<void>): Promise<number> {
    const { host } = new URL(uri);
    const lane = this.lanes.get(host) ?? { running: 0, waiting: [], isFailing: false };
    this.lanes.set(host, lane);
    // Whoever leaves hands its place on: nobody takes it in between.
    if (lane.running >= AT_ONCE) await new Promise<void>((resolve) => lane.waiting.push(resolve));
    else lane.running += 1;
    try {
      if (lane.isFailing) return PAUSE;
      const wait = trusted ? 0 : await this.count(host);
      if (wait > 0) return wait;
      await send();
      return 0;
    } catch (error) {
      lane.isFailing = true;
      throw error;
    } finally {
      const next = lane.waiting.shift();
      if (next) next();
      else if ((lane.running -= 1) === 0) this.lanes.delete(host);
    }
  }

  private async count(host: string): Promise<number> {
    try {
      await this.sent.consume(host);
      return 0;
    } catch (error) {
      if (error instanceof RateLimiterRes) return Math.max(PAUSE, error.msBeforeNext);
      throw error;
    }
  }
}
