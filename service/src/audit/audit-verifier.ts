import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, IsNull, MoreThan } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditEventRow } from './entities/audit-event.entity.js';
import { BEGINNING, type ChainLink, formatLink, isSameMac, nextLink, signCheckpoint } from './audit-chain.js';
import { asLink, lastCheckpoint } from './audit-head.js';
import { AuditKeys } from './audit-keys.js';

const BATCH = 1_000;
/** Problems that are named; more are counted. */
const MOST_NAMED = 20;

export interface AuditVerification {
  /** Events that are as they were written, in their place. */
  intact: number;
  /** Written, and not yet chained: a second's at most while the service runs. */
  unsealed: number;
  /** The last link; `0:` where there is none. */
  head: string;
  /** One sentence each; empty when nothing was changed. */
  problems: string[];
}

/** Recomputes the chain from its beginning, or from where retention has cut it. */
@Injectable()
export class AuditVerifier {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly keys: AuditKeys,
  ) {}

  /** @param heads that the log named: each must stand in the chain still. */
  async verify(heads: readonly ChainLink[] = []): Promise<AuditVerification> {
    const keys = await this.keys.all();
    // What retention takes away meanwhile is still there in this transaction.
    return this.dataSource.transaction('REPEATABLE READ', (manager) =>
      new Verification(keys, manager).run(heads),
    );
  }
}

/** One look at the chain as it is now. */
class Verification {
  private readonly problems = new Problems();

  constructor(
    private readonly keys: readonly Buffer[],
    private readonly manager: EntityManager,
  ) {}

  async run(heads: readonly ChainLink[]): Promise<AuditVerification> {
    const { keys, problems } = this;
    const awaited = new Set(heads);
    const start = await this.start();
    let head = start;
    let intact = 0;
    for await (const row of this.sealed()) {
      const link = asLink(row) ?? BEGINNING;
      if (link.position !== head.position + 1n)
        problems.add(
          link.position <= start.position
            ? `Event ${link.position} had reached its age and is there again.`
            : `Events ${head.position + 1n} to ${link.position - 1n} are missing.`,
        );
      else if (!keys.some((key) => isSameMac(nextLink(key, head, row).mac, link.mac)))
        problems.add(`Event ${link.position} is not as it was written.`);
      else intact += 1;
      for (const known of awaited)
        if (known.position === link.position && isSameMac(known.mac, link.mac)) awaited.delete(known);
      head = link;
    }
    for (const known of awaited)
      if (known.position > start.position)
        problems.add(`${formatLink(known)} stood in the log, and does not stand in the audit.`);
    const unsealed = await this.events.countBy({ position: IsNull() });
    return { intact, unsealed, head: formatLink(head), problems: problems.sentences() };
  }

  private async start(): Promise<ChainLink> {
    const checkpoint = await lastCheckpoint(this.manager);
    const link = asLink(checkpoint);
    if (!checkpoint || !link) return BEGINNING;
    const isOurs = this.keys.some((key) =>
      isSameMac(signCheckpoint(key, link, checkpoint.createdAt), checkpoint.signature),
    );
    if (!isOurs) this.problems.add(`The checkpoint at ${link.position} was not signed by this service.`);
    return link;
  }

  private async *sealed(): AsyncGenerator<AuditEventRow> {
    let last = '0';
    let rows: AuditEventRow[];
    do {
      rows = await this.events.find({
        where: { position: MoreThan(last) },
        order: { position: 'ASC' },
        take: BATCH,
      });
      yield* rows;
      last = rows.at(-1)?.position ?? last;
    } while (rows.length === BATCH);
  }

  private get events() {
    return this.manager.getRepository(AuditEventRow);
  }
}

class Problems {
  private readonly named: string[] = [];
  private count = 0;

  add(sentence: string): void {
    this.count += 1;
    if (this.named.length < MOST_NAMED) this.named.push(sentence);
  }

  sentences(): string[] {
    const more = this.count - this.named.length;
    return more === 0 ? this.named : [...this.named, `There are ${more} more.`];
  }
}
