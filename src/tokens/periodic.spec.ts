import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Periodic } from './periodic.js';

const MINUTE = 60_000;

class Loop extends Periodic {
  rounds = 0;

  constructor(
    private readonly work: () => Promise<void>,
    interval = 5,
  ) {
    super(interval);
  }

  round(): Promise<void> {
    this.rounds += 1;
    return this.work();
  }
}

describe('a background loop', () => {
  let later = 0;
  let loop: Loop | undefined;
  beforeEach(() => {
    later = 0;
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + later);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await loop?.stop();
  });

  const start = (work: () => Promise<void>, interval?: number) => {
    loop = new Loop(work, interval);
    loop.start();
    return loop;
  };
  const roundsMore = async (running: Loop, more: number) => {
    const until = running.rounds + more;
    await vi.waitFor(() => expect(running.rounds).toBeGreaterThanOrEqual(until));
  };

  it('is not stuck while its rounds end, each with an error', async () => {
    const failing = start(() => Promise.reject(new Error('The database is away.')));
    for (let minute = 0; minute < 3; minute += 1) {
      later += 2 * MINUTE;
      await roundsMore(failing, 2);
      expect(failing.isStuck()).toBe(false);
    }
  });

  it('is stuck when a round has not ended for a minute, and no longer once it has', async () => {
    let end: () => void = () => undefined;
    let hangs = true;
    const hanging = start(() =>
      hangs ? new Promise((resolve) => (end = () => resolve())) : Promise.resolve(),
    );
    await roundsMore(hanging, 1);
    later += MINUTE - 1_000;
    expect(hanging.isStuck()).toBe(false);
    later += 2_000;
    expect(hanging.isStuck()).toBe(true);
    hangs = false;
    end();
    await roundsMore(hanging, 1);
    await vi.waitFor(() => expect(hanging.isStuck()).toBe(false));
  });

  it('is not stuck once it was told to stop', async () => {
    const stopped = start(() => Promise.resolve());
    await stopped.stop();
    later += 10 * MINUTE;
    expect(stopped.isStuck()).toBe(false);
  });

  it('begins another round when it is hurried, one after that which is under way, and none once it has stopped', async () => {
    const ends: (() => void)[] = [];
    const slow = start(() => new Promise((resolve) => ends.push(resolve)), MINUTE);
    slow.hurry();
    await vi.waitFor(() => expect(slow.rounds).toBe(1));
    slow.hurry();
    slow.hurry();
    expect(slow.rounds).toBe(1);
    ends[0]?.();
    await vi.waitFor(() => expect(slow.rounds).toBe(2));
    const stopped = slow.stop();
    ends[1]?.();
    await stopped;
    slow.hurry();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(slow.rounds).toBe(2);
  });
});
