import type { AuditCheckpoint } from './entities/audit-checkpoint.entity.js';
import { BEGINNING, type ChainLink, formatLink, nextLink, signCheckpoint } from './audit-chain.js';
import { asLink } from './audit-head.js';
import type { OpenedAuditKey } from './audit-keys.js';
import { isSameMac } from './audit-mac.js';
import type { ReadEvent } from './event-pages.js';
import type { Problems } from './problems.js';

/** Follows the chain, event by event. */
export class ChainVerification {
  private readonly start: ChainLink;
  private readonly awaited: Set<ChainLink>;
  /** The last link so far. */
  head: ChainLink;

  /** @param heads that the log named: each must stand in the chain still. */
  constructor(
    private readonly keys: readonly OpenedAuditKey[],
    checkpoint: AuditCheckpoint | null,
    heads: readonly ChainLink[],
    private readonly problems: Problems,
  ) {
    this.awaited = new Set(heads);
    this.start = this.startAt(checkpoint);
    this.head = this.start;
  }

  /** Whether the event is as it was written, in its place. */
  follow(event: ReadEvent): boolean {
    const link = asLink(event) ?? BEGINNING;
    const { facts } = event;
    const previous = this.head;
    this.head = link;
    for (const known of this.awaited)
      if (known.position === link.position && isSameMac(known.mac, link.mac)) this.awaited.delete(known);
    if (link.position !== previous.position + 1n) {
      this.problems.add(
        link.position <= this.start.position
          ? `Event ${link.position} had reached its age and is there again.`
          : `Events ${previous.position + 1n} to ${link.position - 1n} are missing.`,
      );
      return false;
    }
    if (this.keys.some(({ key }) => isSameMac(nextLink(key, previous, facts).mac, link.mac))) return true;
    this.problems.add(`Event ${link.position} is not as it was written.`);
    return false;
  }

  /** Once all events were seen. */
  finish(): void {
    for (const known of this.awaited)
      if (known.position > this.start.position)
        this.problems.add(`${formatLink(known)} stood in the log, and does not stand in the audit.`);
  }

  private startAt(checkpoint: AuditCheckpoint | null): ChainLink {
    const link = asLink(checkpoint);
    if (!checkpoint || !link) return BEGINNING;
    const isOurs = this.keys.some(({ key }) =>
      isSameMac(signCheckpoint(key, link, checkpoint.createdAt), checkpoint.signature),
    );
    if (!isOurs) this.problems.add(`The checkpoint at ${link.position} was not signed by this service.`);
    return link;
  }
}
