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

  it('says of the database what another outage has not hidden, and once for all its errors', () => {
    const said: string[] = [];
    const log = new OutageLog(
      ({ message }) => said.push(message),
      () => 0,
    );
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    log.note(new HttpException('a provider is away', 503));
    log.note(refused);
    log.note(new HttpException('the database is away', 503, { cause: refused }));
    log.note(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    log.note(new HttpException('another provider is away', 503));
    expect(said).toEqual(['a provider is away', 'refused']);
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
