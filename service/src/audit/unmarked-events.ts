import type { OpenedAuditKey } from './audit-keys.js';
import type { ReadEvent } from './event-pages.js';
import type { Problems } from './problems.js';

/** Milliseconds for which older versions, which mark nothing, may still run beside the first that does. */
const UPGRADE = 86_400_000;
/** Milliseconds by which the clock of a process may have been behind. */
const CLOCK_TOLERANCE = 3_600_000;

/** Tells what an older version wrote from what somebody else put there: by when, as far as it can be told. */
export class UnmarkedEvents {
  private latestMark = 0;
  private firstMark = Infinity;
  private expected = 0;

  /** @param audit its newest key; null when there is none, and no process has ever marked an event. */
  constructor(
    private readonly audit: Pick<OpenedAuditKey, 'marksSince' | 'marksAll'> | null,
    private readonly now: Date,
    private readonly problems: Problems,
  ) {}

  marked({ at }: ReadEvent): void {
    this.latestMark = Math.max(this.latestMark, at.getTime());
    this.firstMark = Math.min(this.firstMark, at.getTime());
  }

  unmarked(event: ReadEvent): void {
    if (this.isOfOlderVersion(event)) this.expected += 1;
    else this.problems.add(`${nameOf(event)} was not written by a process of this service.`);
  }

  /** @returns sentences that are no problem, and good to know. */
  finish(): string[] {
    if (this.firstMark < (this.audit?.marksSince?.getTime() ?? Infinity) - CLOCK_TOLERANCE)
      this.problems.add('The note since when processes mark their events is gone, or was put off.');
    if (this.expected === 0) return [];
    const since = Number.isFinite(this.until)
      ? ` before ${new Date(this.until).toISOString()}, when it was replaced`
      : '';
    return [`${this.expected} events carry no mark of a process: an older version wrote them${since}.`];
  }

  /** What comes in the chain after an event from past the upgrade was written past it too, whatever date it bears. */
  private isOfOlderVersion({ position, at }: ReadEvent): boolean {
    if (this.audit?.marksAll) return false;
    if (position === null) return Math.max(this.now.getTime(), at.getTime()) <= this.until;
    const comesFirst = this.latestMark === 0;
    return comesFirst || Math.max(this.latestMark, at.getTime()) <= this.until;
  }

  private get until(): number {
    const since = this.audit?.marksSince;
    return since ? since.getTime() + UPGRADE : Infinity;
  }
}

export function nameOf({ position, id }: ReadEvent): string {
  return position === null ? `Event ${id}, which has no place yet,` : `Event ${position}`;
}
