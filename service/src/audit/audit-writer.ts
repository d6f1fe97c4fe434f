import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { Clock } from 'nestjs-mcp-auth';
import { SERVICE_VERSION } from '../config/service-version.js';
import { AuditKeys, nameDigest } from './audit-keys.js';
import { eventFacts } from './audit-mac.js';
import type { AuditRecord } from './audit-record.js';
import { AuditStore } from './audit-store.js';
import { ProcessNumbers } from './process-numbers.js';
import { ProcessSigner, type ProcessStatement } from './process-signer.js';

/** An event that waits to be written; its number is given at the first try, and stays. */
export interface WaitingRecord {
  readonly record: AuditRecord;
  number?: number;
  /** Goes into the record as a digest; null without one. */
  email?: string | null;
}

/** Writes events as this process: each with its number and mac, and with them what the process says of its numbers. */
@Injectable()
export class AuditWriter {
  private readonly id = randomUUID();
  private readonly startedAt: Date;
  private readonly numbers = new ProcessNumbers();
  private made: ProcessSigner | undefined;

  constructor(
    private readonly store: AuditStore,
    private readonly keys: AuditKeys,
    private readonly clock: Clock,
  ) {
    this.startedAt = new Date(clock.now());
  }

  /** Whether everything that was written is also accounted for. */
  get isSettled(): boolean {
    return this.numbers.isSettled;
  }

  /** All of them, or none. */
  async write(waiting: readonly WaitingRecord[], endedAt: Date | null = null): Promise<void> {
    const { signer, generation, key } = await this.signer();
    const records = waiting.map((each) => {
      digest(each.record, each.email, key);
      each.number ??= this.numbers.next();
      return { ...each.record, ...signer.mark(each.number, eventFacts(each.record)) };
    });
    const written = records.map(({ number }) => number);
    const statement: ProcessStatement = {
      generation,
      version: SERVICE_VERSION,
      startedAt: this.startedAt,
      ...this.numbers.state(written),
      statedAt: new Date(this.clock.now()),
      endedAt,
    };
    await this.store.insert(records, this.id, statement, signer.sign(statement));
    this.numbers.written(written);
    this.numbers.stated(statement);
  }

  /** It cannot be stored under the number it was given: that one is void, and another try gives another. */
  giveUp(waiting: WaitingRecord): void {
    if (waiting.number !== undefined) this.numbers.void(waiting.number);
    delete waiting.number;
  }

  /** Writes an event in a transaction, and takes note of what becomes of both later. */
  async writeIn(manager: EntityManager, record: AuditRecord, email?: string | null): Promise<void> {
    const { signer, key } = await this.signer();
    digest(record, email, key);
    const number = this.numbers.next();
    try {
      const marked = { ...record, ...signer.mark(number, eventFacts(record)) };
      this.numbers.writtenIn(await this.store.insertIn(manager, marked), number);
    } catch (error) {
      // Nobody commits a transaction with a statement that failed.
      this.numbers.void(number);
      throw error;
    }
  }

  /** Says what has become of numbers that were given before. */
  async settle(): Promise<void> {
    const { transactions } = this.numbers;
    if (transactions.length > 0) this.numbers.ended(await this.store.ends(transactions));
    await this.write([]);
  }

  /** The last word of a process that ends in order, where it has ever written. */
  async end(): Promise<void> {
    if (this.made && this.numbers.isSettled) await this.write([], new Date(this.clock.now()));
  }

  private async signer(): Promise<{ signer: ProcessSigner; generation: number; key: Buffer }> {
    const { key, generation } = await this.keys.current();
    this.made ??= new ProcessSigner(key, this.id);
    return { signer: this.made, generation, key };
  }
}

/** What an event says of an address, which can be looked for and not be read. */
function digest({ detail }: AuditRecord, email: string | null | undefined, key: Buffer): void {
  if (typeof email === 'string') detail['nameDigest'] = nameDigest(key, email);
}
