import { describe, expect, it } from 'vitest';
import { readEndTime, writeEndTime } from './end-time.js';

describe('the end of a rule', () => {
  it.each([
    ['2027-01-31', '2027-02-01T00:00:00.000Z', '2027-01-31'],
    ['2027-12-31', '2028-01-01T00:00:00.000Z', '2027-12-31'],
    ['2028-02-29', '2028-03-01T00:00:00.000Z', '2028-02-29'],
    ['2027-01-31T18:00:00Z', '2027-01-31T18:00:00.000Z', '2027-01-31T18:00:00Z'],
    ['2027-01-31T18:00+02:00', '2027-01-31T16:00:00.000Z', '2027-01-31T16:00:00Z'],
    ['2027-01-31T18:00:00.250Z', '2027-01-31T18:00:00.250Z', '2027-01-31T18:00:00.250Z'],
    ['2027-02-01T00:00:00Z', '2027-02-01T00:00:00.000Z', '2027-01-31'],
  ])('%s is %s, and written %s', (text, time, written) => {
    const end = readEndTime(text);
    expect(end?.toISOString()).toBe(time);
    expect(end && writeEndTime(end)).toBe(written);
  });

  it.each([
    '',
    'tomorrow',
    '2027-02-29',
    '2027-13-01',
    '2027-1-1',
    '2027-01-31T18:00',
    '31.01.2027',
    '2027-02-30T00:00Z',
  ])('is not %j', (text) => expect(readEndTime(text)).toBeNull());
});
