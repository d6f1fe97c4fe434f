import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTime, TIME, TIME_OF_FORM } from './utc-time.js';

describe('a time, on a computer in Berlin', () => {
  const zone = process.env['TZ'];
  beforeAll(() => {
    process.env['TZ'] = 'Europe/Berlin';
    expect(new Date('2026-07-01T00:00').toISOString()).toBe('2026-06-30T22:00:00.000Z');
  });
  afterAll(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  it.each([
    ['2026-07-01', '2026-07-01T00:00:00.000Z'],
    ['2026-07-01T08:00', '2026-07-01T08:00:00.000Z'],
    ['2026-07-01T08:00:30', '2026-07-01T08:00:30.000Z'],
    ['2026-07-01T08:00:30.5', '2026-07-01T08:00:30.500Z'],
    ['2026-07-01T08:00Z', '2026-07-01T08:00:00.000Z'],
    ['2026-07-01T08:00:00+02:00', '2026-07-01T06:00:00.000Z'],
    ['2026-07-01T08:00-02:00', '2026-07-01T10:00:00.000Z'],
  ])('is in UTC, or in the zone that it names: %s', (text, moment) => {
    expect(text).toMatch(TIME_OF_FORM);
    expect(readTime(text).toISOString()).toBe(moment);
  });

  it.each([
    ['2026-07-01', true],
    ['2026-07-01T08:00:00Z', true],
    ['2026-07-01T08:00+02:00', true],
    ['2026-07-01T08:00', false],
    ['2026-07-01T08:00:00.000', false],
  ])('names its zone to a program: %s', (text, isOne) => {
    expect(TIME.test(text)).toBe(isOne);
  });
});
