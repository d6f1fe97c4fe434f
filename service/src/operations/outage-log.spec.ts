import { HttpException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { isOutage, OutageLog } from './outage-log.js';

describe('the log of an outage', () => {
  it('says at once that calls fail, and then once a minute how many', () => {
    let now = 0;
    const said: [string, number][] = [];
    const log = new OutageLog(
      ({ message }, failed) => said.push([message, failed]),
      () => now,
    );
    for (; now < 120_000; now += 1_000) log.note(new Error('away'));
    expect(said).toEqual([
      ['away', 1],
      ['away', 60],
    ]);
  });

  it.each([
    [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), true],
    [new HttpException('away', 503), true],
    [new HttpException('a fault', 500), false],
    [new Error('a fault'), false],
    ['a sentence', false],
    [undefined, false],
  ])('is told apart from a fault: %s', (error, expected) => {
    expect(isOutage(error)).toBe(expected);
  });
});
