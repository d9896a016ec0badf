import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../../../core/events/event.ts';
import { widthOfText } from '../../../../../core/text/columns.ts';
import { visible } from '../../../../../core/text/visible.ts';
import { palette } from '../../../../../core/ui/colour.ts';
import { viewLines } from '../../../../../core/ui/live/layout.ts';
import { asciiMarks, unicodeMarks } from '../../../../../core/ui/live/marks.ts';
import { newRun, noteEvent } from '../../../../../core/ui/live/model.ts';

type Timed = readonly [seconds: number, event: EventBody];

function linesOf(
  events: readonly Timed[],
  now: number,
  size: { columns: number; rows?: number; ascii?: boolean },
): readonly string[] {
  const run = newRun();
  for (const [seconds, event] of events) noteEvent(run, { ...event, time: seconds * 1000 });
  return viewLines(run, {
    columns: size.columns,
    rows: size.rows ?? 20,
    now: now * 1000,
    marks: size.ascii === true ? asciiMarks : unicodeMarks,
    colours: palette(false),
    safe: (text) => visible(text, false),
  });
}

const MIB = 1024 * 1024;
const builds = ['qemu.base', 'qemu.web', 'qemu.db', 'qemu.日本'];
const events: readonly Timed[] = [
  [0, { type: 'run-started', runId: 'r', builds }],
  ...builds.slice(0, 3).map((build): Timed => [0, { type: 'build-started', build }]),
  [
    92,
    {
      type: 'build-finished',
      build: 'qemu.base',
      name: 'base',
      outcome: 'succeeded',
      milliseconds: 92_000,
      artifacts: [],
    },
  ],
  [5, { type: 'step-started', build: 'qemu.web', step: 'connect' }],
  [
    5,
    {
      type: 'waiting',
      build: 'qemu.web',
      what: 'SSH at 127.0.0.1:2629',
      reason: 'nothing listens there (connection refused)',
      elapsed: 0,
      limit: 600_000,
      console: '[  OK  ] Started ssh.service',
    },
  ],
  [
    60,
    { type: 'step-started', build: 'qemu.db', step: 'provision with file', index: 2, of: 5, label: 'file: dump.sql' },
  ],
  ...[0, 20, 40, 60, 80, 92].map((done, index): Timed => [
    60 + 2 * index,
    {
      type: 'progress',
      build: 'qemu.db',
      what: 'upload to /tmp/dump.sql',
      done: done * MIB,
      total: 204 * MIB,
      unit: 'bytes',
    },
  ]),
];

describe('the view of a run', () => {
  test.each([40, 60, 80, 120, 200])('has each line within %i columns', (columns) => {
    for (const ascii of [false, true]) {
      const lines = linesOf(events, 70.5, { columns, ascii });
      expect(lines).toHaveLength(5);
      for (const line of lines) expect(widthOfText(line)).toBeLessThanOrEqual(columns);
      if (ascii) expect(lines.join('').replaceAll('日本', '')).toMatch(/^[ -~]*$/);
      // How far a transfer is stays to be seen.
      expect(lines.join('\n')).toContain('45 %');
      expect(lines.join('\n')).toContain(columns < 60 ? '1m05s' : '1m05s of 10m00s');
    }
  });

  test('at 120 columns', () => {
    expect(linesOf(events, 70.5, { columns: 120 })).toEqual([
      `── 4 builds: 2 running, 1 to come, 1 done · 1m10s ${'─'.repeat(70)}`,
      'qemu.base ✓ done  1m32s',
      'qemu.web  ▸ connect: waiting for SSH at 127.0.0.1:2629  1m05s of 10m00s  nothing listens there (connection refused); co…',
      'qemu.db   ▸ upload to /tmp/dump.sql  ███████░░░░░░░░░  45 %  92.0/204 MiB  8.0 MiB/s  14s left',
      'qemu.日本 · waiting for its turn',
    ]);
  });

  test('no speed and no time are told before they are known, and no share of an unknown whole', () => {
    const begun: readonly Timed[] = [
      [0, { type: 'run-started', runId: 'r', builds: ['a'] }],
      [0, { type: 'build-started', build: 'a' }],
      [0, { type: 'progress', build: 'a', what: 'download', done: 5 * MIB, unit: 'bytes' }],
    ];
    expect(linesOf(begun, 0.2, { columns: 80 })[1]).toBe('a ▸ download  5.0 MiB');
    const percent: readonly Timed[] = [
      ...begun.slice(0, 2),
      [0, { type: 'progress', build: 'a', what: 'convert', done: 12, total: 100 }],
    ];
    expect(linesOf(percent, 0.2, { columns: 80 })[1]).toBe('a ▸ convert  █░░░░░░░░░░░░░░░  12 %');
    const packages: readonly Timed[] = [
      ...begun.slice(0, 2),
      [0, { type: 'progress', build: 'a', what: 'installing', done: 112, total: 214, unit: 'items' }],
    ];
    expect(linesOf(packages, 0.2, { columns: 80 })[1]).toBe('a ▸ installing  ████████░░░░░░░░  52 %  112 of 214');
  });

  test('a transfer that stands still has no time left that would be true', () => {
    const still: readonly Timed[] = [
      ...[0, 1, 2].map((second): Timed => [
        second,
        { type: 'progress', build: 'a', what: 'x', done: 10 * MIB, total: 20 * MIB, unit: 'bytes' },
      ]),
    ];
    const line = linesOf(
      [[0, { type: 'run-started', runId: 'r', builds: ['a'] }], [0, { type: 'build-started', build: 'a' }], ...still],
      3,
      { columns: 100 },
    )[1];
    expect(line).toContain('0 bytes/s');
    expect(line).not.toContain('left');
  });

  test('of thirty builds it shows those that run and failed, in the run’s order, and counts the rest', () => {
    const names = Array.from({ length: 30 }, (_, index) => `build-${String(index + 1).padStart(2, '0')}`);
    const many: readonly Timed[] = [
      [0, { type: 'run-started', runId: 'r', builds: names }],
      ...names.slice(0, 20).map((build): Timed => [0, { type: 'build-started', build }]),
      ...names.slice(0, 14).map((build, index): Timed => [
        1,
        {
          type: 'build-finished',
          build,
          name: build,
          outcome: index === 3 ? 'failed' : 'succeeded',
          milliseconds: 1000,
          artifacts: [],
          ...(index === 3 ? { failure: { code: 'X', message: 'the disk is full' } } : {}),
        },
      ]),
    ];
    const lines = linesOf(many, 2, { columns: 80, rows: 9 });
    expect(lines).toHaveLength(9);
    expect(lines[1]).toBe('build-04 ✗ failed  1s  the disk is full');
    expect(lines.slice(2, 8).map((line) => line.slice(0, 10))).toEqual(names.slice(14, 20).map((name) => `${name} ▸`));
    expect(lines[8]).toBe('… and 23 more: 10 to come, 13 done');
  });

  test('what a guest says does no more than to be shown', () => {
    const nasty: readonly Timed[] = [
      [0, { type: 'run-started', runId: 'r', builds: ['a'] }],
      [0, { type: 'build-started', build: 'a' }],
      [0, { type: 'step-started', build: 'a', step: 'boot' }],
      [0, { type: 'output', build: 'a', stream: 'stdout', text: '10%\r20% \u001b[2J\u001b[31mred\u0007' }],
    ];
    expect(linesOf(nasty, 1, { columns: 80 })[1]).toBe('a ▸ boot  1s  20% \\x1b[2Jred\\x07');
  });
});
