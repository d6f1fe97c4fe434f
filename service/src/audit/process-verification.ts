import type { AuditProcess } from './entities/audit-process.entity.js';
import type { OpenedAuditKey } from './audit-keys.js';
import { isSameMac } from './audit-mac.js';
import type { ReadEvent } from './event-pages.js';
import { formatNumbers, NumberLedger } from './number-ledger.js';
import type { Problems } from './problems.js';
import { ProcessSigner } from './process-signer.js';

/** Milliseconds in which a process says what has become of the numbers that it gave: a crash leaves as much unsaid. */
const SETTLING = 60_000;

/** What was seen of one process. */
interface SeenProcess {
  readonly signer: ProcessSigner;
  readonly row: AuditProcess | null;
  readonly ledger: NumberLedger;
  /** Times of events beyond what its statement covers. */
  firstBeyond: number;
  latestBeyond: number;
}

/** Holds events against what the processes that wrote them say of their numbers. */
export class ProcessVerification {
  private readonly seen = new Map<string, SeenProcess>();
  private readonly rows: ReadonlyMap<string, AuditProcess>;
  /** Sentences that are no problem, and good to know. */
  readonly notes: string[] = [];

  constructor(
    private readonly keys: readonly OpenedAuditKey[],
    rows: readonly AuditProcess[],
    private readonly problems: Problems,
  ) {
    this.rows = new Map(rows.map((row) => [row.id, row]));
    for (const { id } of rows) this.process(id);
  }

  /** Whether a process of this service wrote the event, as it is. */
  see(event: ReadEvent): boolean {
    if (event.process === null || event.number === null || event.processMac === null) return false;
    const process = this.process(event.process);
    const number = Number(event.number);
    if (!process) return false;
    const isBeyond = number > Number(process.row?.last ?? 0);
    const isOurs = isSameMac(process.signer.mark(number, event.facts).processMac, event.processMac);
    // One that was changed is named as such, and is not missing too.
    if (isOurs || !isBeyond) process.ledger.see(number);
    if (isOurs && isBeyond) {
      process.firstBeyond = Math.min(process.firstBeyond, event.at.getTime());
      process.latestBeyond = Math.max(process.latestBeyond, event.at.getTime());
    }
    return isOurs;
  }

  /** What is missing, once all events were seen. */
  finish(): void {
    let voids = 0;
    for (const [id, process] of this.seen) {
      if (process.row) voids += process.row.voids.length;
      this.finishOne(id, process);
    }
    if (voids > 0)
      this.notes.push(`${voids} numbers are void: what had them was taken back, or could not be stored.`);
  }

  private finishOne(id: string, { row, ledger, firstBeyond, latestBeyond }: SeenProcess): void {
    const last = Number(row?.last ?? 0);
    const isSettled = row?.endedAt ? latestBeyond > 0 : latestBeyond - firstBeyond > SETTLING;
    if (isSettled)
      this.problems.add(
        row
          ? `What process ${id} says of its events is older than they are: it was put back.`
          : `What process ${id} said of its events is missing.`,
      );
    const excused = new Set([...(row?.pending ?? []), ...(row?.voids ?? [])].map(Number));
    const missing = ledger.missing(last).filter((number) => !excused.has(number));
    const gone = missing.filter((number) => number <= last);
    if (gone.length > 0) this.problems.add(`Events ${formatNumbers(gone)} of process ${id} are missing.`);
    const open = [...missing.filter((number) => number > last), ...(row?.pending ?? [])];
    if (open.length > 0)
      this.notes.push(
        `${open.length} numbers of process ${id} are open: its transaction was under way, now or when the process ended.`,
      );
  }

  /** Null for one that no key of ours was ever derived for. */
  private process(id: string): SeenProcess | null {
    const known = this.seen.get(id);
    if (known) return known;
    const row = this.rows.get(id) ?? null;
    const key = row ? this.keys.find(({ generation }) => generation === row.generation) : this.keys[0];
    if (!key) return null;
    const signer = new ProcessSigner(key.key, id);
    const stated = row && this.checked(row, signer);
    const through = stated ? this.prunedThrough(stated, signer) : 0;
    const process = {
      signer,
      row: stated,
      ledger: new NumberLedger(through),
      firstBeyond: Infinity,
      latestBeyond: 0,
    };
    this.seen.set(id, process);
    return process;
  }

  private checked(row: AuditProcess, signer: ProcessSigner): AuditProcess | null {
    const { generation, version, startedAt, last, pending, voids, statedAt, endedAt } = row;
    const mac = signer.sign({
      generation,
      version,
      startedAt,
      statedAt,
      endedAt,
      last: Number(last),
      pending: pending.map(Number),
      voids: voids.map(Number),
    });
    if (isSameMac(mac, row.mac)) return row;
    this.problems.add(`What process ${row.id} says of its events was not signed by this service.`);
    return null;
  }

  private prunedThrough({ id, prunedThrough, prunedMac }: AuditProcess, signer: ProcessSigner): number {
    const number = Number(prunedThrough);
    if (number === 0 || isSameMac(signer.signPruned(number), prunedMac ?? '')) return number;
    this.problems.add(`What is gone of process ${id} for its age was not signed by this service.`);
    return 0;
  }
}
