import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Limit } from './limit-store.js';

export interface FailureLimitOptions extends Limit {
  /** Tries under way at once on one replica, of which nobody knows yet whether they fail. Default: `points`. */
  together?: number;
}

/** Counts tries that fail, and lets those that succeed go uncounted. */
export class FailureLimit {
  private readonly underWay = new Map<string, number>();

  constructor(
    private readonly limiter: RateLimiterAbstract,
    private readonly options: FailureLimitOptions,
  ) {}

  /** Seconds to wait when too many have failed; 0 begins a try, which `settle` ends. */
  async begin(key: string): Promise<number> {
    const before = this.underWay.get(key) ?? 0;
    this.underWay.set(key, before + 1);
    try {
      const counted = await this.limiter.get(key);
      const failures = counted?.consumedPoints ?? 0;
      const { points, together = points } = this.options;
      if (failures < points && failures + before < Math.max(points, together)) return 0;
      this.leave(key);
      return Math.max(1, Math.ceil((counted?.msBeforeNext ?? 0) / 1000));
    } catch (error) {
      this.leave(key);
      throw error;
    }
  }

  /** Ends a try. @param failed undefined when nothing came of it. @returns whether it was a failure, and the last there may be. */
  async settle(key: string, failed: boolean | undefined): Promise<boolean> {
    try {
      if (!failed) return false;
      const { consumedPoints } = await this.limiter.penalty(key);
      return consumedPoints >= this.options.points;
    } finally {
      this.leave(key);
    }
  }

  private leave(key: string): void {
    const left = (this.underWay.get(key) ?? 1) - 1;
    if (left === 0) this.underWay.delete(key);
    else this.underWay.set(key, left);
  }
}
