import { describe, expect, it } from 'vitest';
import { nanosecondsToMilliseconds, parseDuration } from '../../../../core/schema/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['5s', 5000],
    ['1h30m10s', 5_410_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['5.s', 5000],
    ['-1m', -60_000],
    ['+3ms', 3],
    ['1µs', 0.001],
    ['1μs', 0.001],
    ['100ns', 0.0001],
    ['0', 0],
    ['-0', 0],
    ['1h1h', 7_200_000],
  ])('takes %s as Go does', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '5', 's', '5 s', '1d', '1h 30m', '.s', '--5s', '5S', '5sx', '9999999h', 'NaNs', '1e3s'])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});

it('a bare number counts nanoseconds, cut to whole ones', () => {
  expect(nanosecondsToMilliseconds(1_500_000_000.9)).toBe(1500);
  expect(nanosecondsToMilliseconds(-0.5)).toBe(0);
});
