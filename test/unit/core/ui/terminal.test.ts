import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../../core/events/event.ts';
import { terminal, type TerminalOptions } from '../../../../core/ui/terminal.ts';
import { durationText, shortDuration } from '../../../../core/ui/time-text.ts';

function shown(
  events: readonly (EventBody & { readonly time?: number })[],
  options: Partial<TerminalOptions> = {},
): string {
  let text = '';
  const reader = terminal((part) => (text += part), {
    colour: false,
    timestamps: false,
    debug: false,
    columns: undefined,
    ...options,
  });
  for (const event of events) reader.report({ time: 1_700_000_000_000, ...event });
  reader.end();
  return text;
}

const build = 'qemu.web';

describe('the terminal', () => {
  test.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [2, '2 bytes'],
    [1024 * 1024, '1.0 MiB'],
  ])('says how large a file is: %i', async (size, said) => {
    const path = join(tmpdir(), `kiln-size-${crypto.randomUUID()}`);
    await writeFile(path, Buffer.alloc(size));
    const artifact = { builderId: 'x', id: 'y', description: 'a disk', files: [path], properties: {} };
    try {
      const text = shown([
        { type: 'build-finished', build, name: 'web', outcome: 'succeeded', milliseconds: 0, artifacts: [artifact] },
        { type: 'run-finished', runId: 'r', outcome: 'succeeded', milliseconds: 0 },
      ]);
      expect(text).toContain(`${path}  (${said})\n`);
    } finally {
      await rm(path);
    }
  });

  test('names no build where the run speaks, and gives its lines no build’s colour', () => {
    const events: readonly EventBody[] = [
      { type: 'message', level: 'warning', text: 'the report is incomplete' },
      { type: 'message', level: 'info', text: 'one' },
      { type: 'left-behind', what: 'a directory', reason: 'no' },
      { type: 'run-finished', runId: 'r', outcome: 'succeeded', milliseconds: 0 },
    ];
    expect(shown(events)).toContain('==> the report is incomplete\n    one\n');
    expect(shown(events)).toContain('--> a directory: no\n');
    expect(shown(events, { colour: true })).toContain('\n    one\n');
  });

  test('puts the prefix before every line of a message', () => {
    const text = shown([{ type: 'message', build, level: 'info', text: 'one\ntwo' }]);
    expect(text).toBe('    qemu.web: one\n    qemu.web: two\n');
  });

  test('gives builds Packer’s colours in turn, and errors red', () => {
    const text = shown(
      [
        { type: 'run-started', runId: 'r', builds: ['a', 'b'] },
        { type: 'output', build: 'b', stream: 'stdout', text: 'x' },
        { type: 'output', build: 'a', stream: 'stderr', text: 'y' },
      ],
      { colour: true },
    );
    expect(text).toContain('\u001b[1;32ma: output will be in this color.\u001b[0m\n');
    expect(text).toContain('\u001b[1;36mb: output will be in this color.\u001b[0m\n');
    expect(text).toContain('\u001b[0;36m    b: x\u001b[0m\n');
    expect(text).toContain('\u001b[1;31m==> a: y\u001b[0m\n');
  });

  test('overwrites progress on a terminal, and never lets it be longer than the line', () => {
    const text = shown(
      [
        { type: 'progress', build, what: 'download image', done: 1, total: 4 },
        { type: 'progress', build, what: 'download image', done: 2, total: 4 },
        { type: 'message', build, level: 'info', text: 'done' },
      ],
      { columns: () => 30 },
    );
    expect(text).toBe(
      '\r\u001b[K    qemu.web: dow…image: 25 %\r\u001b[K    qemu.web: dow…image: 50 %\r\u001b[K    qemu.web: done\n',
    );
  });

  test('shows the progress of several builds beside each other, each with its share', () => {
    const what = 'download http://127.0.0.1:42280/images/cloud/bookworm/latest/debian-12-generic.qcow2';
    const text = shown(
      [
        { type: 'progress', build: 'qemu.a', what, done: 8, total: 100 },
        { type: 'progress', build: 'qemu.b', what, done: 31, total: 100 },
        { type: 'step-finished', build: 'qemu.a', step: 'download', outcome: 'succeeded', milliseconds: 5 },
        { type: 'progress', build: 'qemu.b', what, done: 40, total: 100 },
      ],
      { columns: () => 80 },
    );
    const [, first = '', both = '', second = ''] = text.split('\r\u001b[K');
    expect(first).toMatch(/^ {4}qemu\.a: download http:.*….*qcow2: 8 %$/);
    expect(both).toMatch(/^ {4}qemu\.a: .*: 8 % {4}qemu\.b: .*: 31 %$/);
    expect(second).toMatch(/^ {4}qemu\.b: .*: 40 %$/);
    for (const line of [first, both, second]) expect(line.length).toBeLessThan(80);
  });

  test('tells a log of progress only every ten seconds', () => {
    const at = (seconds: number): EventBody & { readonly time: number } => ({
      type: 'progress',
      build,
      what: 'convert',
      done: seconds,
      total: 100,
      time: seconds * 1000,
    });
    const text = shown([at(0), at(5), at(11), at(12), at(30)]);
    expect(text).toBe('    qemu.web: convert: 11 %\n    qemu.web: convert: 30 %\n');
  });

  test('shows debug messages with -debug only', () => {
    const event: EventBody = { type: 'message', build, level: 'debug', text: 'detail' };
    expect(shown([event])).toBe('');
    expect(shown([event], { debug: true })).toBe('    qemu.web: detail\n');
  });

  test('ends with steps, errors with place and hint, what was left, and what was made', () => {
    const artifact = { builderId: 'x', id: 'y', description: 'a disk', files: ['/no/such/disk'], properties: {} };
    const failure = {
      code: 'STEP',
      message: 'it broke',
      location: 't.json:1:2',
      pointer: '/builders/1',
      hint: 'mend it',
    };
    const text = shown([
      { type: 'step-finished', build, step: 'boot', outcome: 'succeeded', milliseconds: 75_300 },
      { type: 'left-behind', build, what: 'a process', reason: 'it does not end' },
      { type: 'build-finished', build, name: 'web', outcome: 'succeeded', milliseconds: 80_000, artifacts: [artifact] },
      {
        type: 'build-finished',
        build: 'null',
        name: 'null',
        outcome: 'failed',
        milliseconds: 5,
        artifacts: [],
        failure,
      },
      { type: 'run-finished', runId: 'r', outcome: 'failed', milliseconds: 80_001 },
    ]);
    expect(text).toContain("Build 'qemu.web' finished after 1 minute 20 seconds.\n");
    expect(text).toContain("Build 'null' errored after 5 milliseconds: it broke\n");
    expect(text).toContain("==> Steps of 'qemu.web':\n          75.3 s  boot\n");
    expect(text).toContain('--> null: it broke\n    STEP  t.json:1:2  /builders/1\n    hint: mend it\n');
    expect(text).toContain(
      '--> qemu.web: a process: it does not end\n    "kiln gc" tries again to remove what could not be;',
    );
    expect(text.endsWith('--> qemu.web: a disk\n      /no/such/disk\n')).toBe(true);
  });

  test('what a build that failed has made is not among the artifacts of successful ones', () => {
    const artifact = { builderId: 'x', id: 'y', description: 'a disk', files: [], properties: {} };
    const failure = { code: 'STEP', message: 'it broke' };
    const failed = { outcome: 'failed', milliseconds: 5, artifacts: [artifact], failure } as const;
    const text = shown([
      { type: 'build-finished', build, name: 'web', ...failed },
      { type: 'run-finished', runId: 'r', outcome: 'failed', milliseconds: 6 },
    ]);
    expect(text).toContain('==> Builds finished but no artifacts were created.\n');
    expect(text.endsWith('==> What the builds that failed have made is still there:\n--> qemu.web: a disk\n')).toBe(
      true,
    );
  });
});

test('durations are two units at most, as Packer writes them', () => {
  expect(durationText(0)).toBe('0 milliseconds');
  expect(durationText(1)).toBe('1 millisecond');
  expect(durationText(61_500)).toBe('1 minute 1 second');
  expect(durationText(3_600_000)).toBe('1 hour');
  expect(durationText(7_325_001)).toBe('2 hours 2 minutes');
});

test('durations in columns are short', () => {
  expect(shortDuration(4)).toBe('0.00 s');
  expect(shortDuration(9_999)).toBe('10.0 s');
  expect(shortDuration(99_940)).toBe('99.9 s');
  expect(shortDuration(119_700)).toBe('2 min 00 s');
});
