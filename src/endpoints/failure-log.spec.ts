import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServerError, TemporarilyUnavailableError } from '../oauth/errors.js';
import { FailureLog } from './failure-log.js';

describe('FailureLog', () => {
  let now: number;
  let log: FailureLog;
  const lines: string[] = [];

  beforeEach(() => {
    now = 0;
    log = new FailureLog(() => now);
    lines.length = 0;
    vi.spyOn(Logger.prototype, 'error').mockImplementation((line: unknown) => void lines.push(String(line)));
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each<[string, (n: number) => TemporarilyUnavailableError]>([
    ['without a cause', () => new TemporarilyUnavailableError('Too many clients.')],
    [
      'that name what was asked for',
      (n) => new TemporarilyUnavailableError(`No https://${n}.example.`, { cause: new Error(`host ${n}`) }),
    ],
  ])('writes one line for a flood of failures %s, and says how many there were', (_, failure) => {
    for (let n = 0; n < 1_000; n++) log.note(failure(n));
    expect(lines).toHaveLength(1);
    now += 60_000;
    log.note(failure(1_000));
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/ \(and 999 like it before\)$/);
  });

  it('hides no failure of another kind', () => {
    const away = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    for (const error of [
      new TemporarilyUnavailableError('Too many clients.'),
      new TemporarilyUnavailableError(undefined, { cause: away }),
      new TemporarilyUnavailableError(undefined, { cause: new Error('other') }),
      new ServerError(new TypeError('a bug')),
    ])
      log.note(error);
    expect(lines).toHaveLength(4);
  });
});
