import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditProcess } from './entities/audit-process.entity.js';
import { type ChainLink, formatLink } from './audit-chain.js';
import { databaseTime } from './audit-clock.js';
import { lastCheckpoint } from './audit-head.js';
import { AuditKeys, type OpenedAuditKey } from './audit-keys.js';
import { ChainVerification } from './chain-verification.js';
import { EventPages, type ReadEvent } from './event-pages.js';
import { Problems } from './problems.js';
import { ProcessVerification } from './process-verification.js';
import { nameOf, UnmarkedEvents } from './unmarked-events.js';

/** Seconds an event may wait for its place. */
const MOST_LAG = 30;
/** Seconds after its first start in which a service has written something, if only the policy it begins with. */
const FIRST_WORDS = 60;

export interface AuditVerification {
  /** Events that are as they were written, in their place. */
  intact: number;
  /** Written, and not yet chained: a second's at most while the service runs. */
  unsealed: number;
  /** The last link; `0:` where there is none. */
  head: string;
  /** One sentence each; empty when nothing was changed. */
  problems: string[];
  /** Sentences that are no problem, and good to know. */
  notes: string[];
}

/**
 * Recomputes the chain from its beginning, or from where retention has cut it, and holds every event against what the
 * process that wrote it says. Writes nothing.
 */
@Injectable()
export class AuditVerifier {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly keys: AuditKeys,
  ) {}

  /**
   * @param heads that the log named: each must stand in the chain still.
   * @throws WrongSecretError
   */
  async verify(heads: readonly ChainLink[] = []): Promise<AuditVerification> {
    const keys = await this.keys.opened();
    // What retention takes away meanwhile is still there in this transaction.
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      await manager.query('SET TRANSACTION READ ONLY');
      return new Verification(keys, manager).run(heads);
    });
  }
}

/** One look at the audit as it is now. */
class Verification {
  private readonly problems = new Problems();

  constructor(
    private readonly keys: readonly OpenedAuditKey[],
    private readonly manager: EntityManager,
  ) {}

  async run(heads: readonly ChainLink[]): Promise<AuditVerification> {
    const { keys, problems, manager } = this;
    const now = await databaseTime(manager);
    const rows = await manager.getRepository(AuditProcess).find();
    const checkpoint = await lastCheckpoint(manager);
    const chain = new ChainVerification(keys, checkpoint, heads, problems);
    const processes = new ProcessVerification(keys, rows, problems);
    const unmarked = new UnmarkedEvents(keys[0] ?? null, now, problems);
    const check = (event: ReadEvent): boolean => {
      if (processes.see(event)) unmarked.marked(event);
      else if (event.process === null) unmarked.unmarked(event);
      else return false;
      return true;
    };
    const events = new EventPages(manager);
    let intact = 0;
    for await (const event of events.chained()) {
      const [isChained, isKnown] = [chain.follow(event), check(event)];
      if (isChained && isKnown) intact += 1;
      else if (isChained) problems.add(`${nameOf(event)} was not written by a process of this service.`);
    }
    const unsealed: ReadEvent[] = [];
    for await (const event of events.unsealed()) {
      unsealed.push(event);
      if (!check(event)) problems.add(`${nameOf(event)} was not written by a process of this service.`);
    }
    chain.finish();
    processes.finish();
    this.checkLag(unsealed, now);
    if (!checkpoint && rows.length + unsealed.length === 0 && chain.head.position === 0n)
      this.checkEmpty(now);
    return {
      intact,
      unsealed: unsealed.length,
      head: formatLink(chain.head),
      notes: [...unmarked.finish(), ...processes.notes],
      problems: problems.sentences(),
    };
  }

  /** A service that has ever run has written something; retention leaves a checkpoint where it takes the last of it. */
  private checkEmpty(now: Date): void {
    const since = this.keys[0]?.marksSince;
    if (since && now.getTime() - since.getTime() > FIRST_WORDS * 1000)
      this.problems.add(
        `The audit is empty, and has been written since ${since.toISOString()}: all of it is gone.`,
      );
  }

  private checkLag(unsealed: readonly ReadEvent[], now: Date): void {
    const late = unsealed.filter(({ at }) => now.getTime() - at.getTime() > MOST_LAG * 1000);
    if (late.length > 0)
      this.problems.add(
        `${late.length} events have waited for their place in the chain for more than ${MOST_LAG} s: no replica runs, or somebody keeps it from chaining.`,
      );
  }
}
