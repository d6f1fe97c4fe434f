import { TemporarilyUnavailableError } from '../oauth/errors.js';

/** Milliseconds that somebody waits here. */
const PATIENCE = 3_000;

/**
 * Lets a few statements at a time go to the database for one row, or of one kind; the others wait here, where they hold
 * no connection. Whoever holds that row up holds up nobody else.
 */
export class RowQueue {
  private readonly running = new Map<string, { count: number; waiting: (() => void)[] }>();

  /** @param places how many may be under way for one row. */
  constructor(private readonly places: number) {}

  /** @throws TemporarilyUnavailableError when its turn does not come in time. */
  async run<T>(row: string, work: () => Promise<T>): Promise<T> {
    await this.enter(row);
    try {
      return await work();
    } finally {
      this.leave(row);
    }
  }

  private enter(row: string): Promise<void> | undefined {
    const queue = this.running.get(row) ?? { count: 0, waiting: [] };
    this.running.set(row, queue);
    if (queue.count < this.places) {
      queue.count += 1;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const turn = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        queue.waiting.splice(queue.waiting.indexOf(turn), 1);
        reject(new TemporarilyUnavailableError());
      }, PATIENCE);
      queue.waiting.push(turn);
    });
  }

  private leave(row: string): void {
    const queue = this.running.get(row);
    const next = queue?.waiting.shift();
    if (next) return next();
    if (queue && (queue.count -= 1) === 0) this.running.delete(row);
  }
}
