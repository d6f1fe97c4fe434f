import { describe, expect, it } from 'vitest';
import { FetchBudget } from './fetch-budget.js';
import { ForeignFetchError } from './foreign-fetch.js';

const outcome = (fetching: Promise<unknown>) =>
  fetching.then(
    () => 'done',
    (error: unknown) => (error instanceof ForeignFetchError ? error.failure : String(error)),
  );
const missing = () => Promise.reject(new ForeignFetchError('gone', 'It is not there.'));
const found = () => Promise.resolve();

/** Fetches that are never answered. */
class Hanging {
  readonly outcomes: Promise<string>[] = [];
  private readonly ends: (() => void)[] = [];

  constructor(private readonly budget: FetchBudget) {}

  async fetch(url: string, address: string, known = false): Promise<void> {
    const fetching = this.budget.spend(
      url,
      { address, known },
      () => new Promise<void>((end) => this.ends.push(end)),
    );
    this.outcomes.push(outcome(fetching));
    await new Promise((resolve) => setImmediate(resolve));
  }

  async end(): Promise<string[]> {
    for (const end of this.ends) end();
    return Promise.all(this.outcomes);
  }
}

describe('what strangers make this server fetch', () => {
  it.each([
    ['one host', 4, (index: number) => ['https://slow.example', `192.0.2.${index}`] as const],
    ['one address', 10, (index: number) => [`https://slow${index}.example`, '192.0.2.1'] as const],
    [
      'one IPv6 site',
      10,
      (index: number) => [`https://slow${index}.example`, `2001:db8:1:${index}::1`] as const,
    ],
    ['all of them', 20, (index: number) => [`https://slow${index}.example`, `192.0.2.${index}`] as const],
  ])('is, of and for %s, only so much at once', async (_, most, next) => {
    const budget = new FetchBudget();
    const hanging = new Hanging(budget);
    for (let index = 0; index < 30; index++) {
      const [url, address] = next(index);
      await hanging.fetch(url, address);
    }
    const other = { address: '198.51.100.1', known: false };
    expect(await outcome(budget.spend('https://good.example', other, found))).toBe(
      most < 20 ? 'done' : 'busy',
    );
    expect(await outcome(budget.spend('https://good.example', { ...other, known: true }, found))).toBe(
      'done',
    );
    const outcomes = await hanging.end();
    expect(outcomes.filter((each) => each === 'done')).toHaveLength(most);
    expect(new Set(outcomes.slice(most))).toEqual(new Set(['busy']));
    expect(await outcome(budget.spend('https://good.example', other, found))).toBe('done');
  });

  it('costs a host nothing while it succeeds', async () => {
    const budget = new FetchBudget();
    for (let index = 0; index < 500; index++)
      expect(
        await outcome(budget.spend('https://good.example', { address: '192.0.2.1', known: false }, found)),
      ).toBe('done');
  });

  it('ends for an address that names what is not there, and for nobody else', async () => {
    const budget = new FetchBudget();
    const reason = { address: '192.0.2.1', known: false };
    for (let index = 0; index < 60; index++)
      expect(await outcome(budget.spend('https://good.example', reason, missing))).toBe('gone');
    expect(await outcome(budget.spend('https://good.example', reason, found))).toBe('busy');
    expect(await outcome(budget.spend('https://good.example', { ...reason, known: true }, found))).toBe(
      'done',
    );
    expect(
      await outcome(budget.spend('https://good.example', { address: '192.0.2.2', known: false }, found)),
    ).toBe('done');
  });

  it('ends for a host of which 300 a minute were missing, whoever asked, but not for what is known', async () => {
    const budget = new FetchBudget();
    const asking = (index: number, known = false) => ({ address: `192.0.2.${index % 100}`, known });
    for (let index = 0; index < 300; index++)
      expect(await outcome(budget.spend('https://victim.example', asking(index), missing))).toBe('gone');
    expect(await outcome(budget.spend('https://victim.example', asking(200), missing))).toBe('busy');
    expect(await outcome(budget.spend('https://victim.example', asking(200, true), found))).toBe('done');
    expect(await outcome(budget.spend('https://other.example', asking(200), found))).toBe('done');
  });
});
