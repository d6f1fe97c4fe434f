import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OpenTransactions } from './open-transactions.js';

describe('a transaction that somebody has left open', () => {
  let now = 0;
  let said: string[];
  beforeEach(() => {
    now = 1_000_000;
    said = [];
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    vi.spyOn(Logger.prototype, 'warn').mockImplementation((line: string) => void said.push(line));
    vi.spyOn(Logger.prototype, 'log').mockImplementation((line: string) => void said.push(line));
  });
  afterEach(() => vi.restoreAllMocks());

  /** Looks twice a second, as the feed does. */
  const look = (transactions: OpenTransactions, oldest: string | null, seconds: number) => {
    for (const end = now + seconds * 1000; now < end; now += 500) transactions.observe(oldest);
  };

  it('is warned of after a minute, once, with its number, and told of when it is over', () => {
    const transactions = new OpenTransactions();
    look(transactions, '4711', 59);
    expect(said).toEqual([]);
    look(transactions, '4711', 300);
    expect(said).toEqual([
      expect.stringContaining('The database transaction 4711 has been open for a minute'),
    ]);
    look(transactions, null, 60);
    expect(said.slice(1)).toEqual(['The database transaction 4711 is over.']);
  });

  it('is not warned of while each of many is short', () => {
    const transactions = new OpenTransactions();
    for (let number = 1; number <= 20; number += 1) look(transactions, String(number), 50);
    expect(said).toEqual([]);
  });
});
