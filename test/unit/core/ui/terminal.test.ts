import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
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
    verbosity: 'normal',
    place: 'log',
    keeps: false,
    logDirectory: undefined,
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

  test('gives builds Packer’s colours in turn, errors red and warnings yellow; a guest’s stderr is no error', () => {
    const text = shown(
      [
        { type: 'run-started', runId: 'r', builds: ['a', 'b'] },
        { type: 'output', build: 'b', stream: 'stdout', text: 'x' },
        { type: 'output', build: 'a', stream: 'stderr', text: 'y' },
        { type: 'message', build: 'a', level: 'error', text: 'z' },
        { type: 'message', build: 'a', level: 'warning', text: 'w' },
      ],
      { colour: true },
    );
    expect(text).toContain('\u001b[1;32ma: output will be in this color.\u001b[0m\n');
    expect(text).toContain('\u001b[1;36mb: output will be in this color.\u001b[0m\n');
    expect(text).toContain('\u001b[0;36m    b: x\u001b[0m\n');
    expect(text).toContain('\u001b[0;32m==> a: y\u001b[0m\n');
    expect(text).toContain('\u001b[1;31m==> a: z\u001b[0m\n');
    expect(text).toContain('\u001b[1;33m==> a: w\u001b[0m\n');
  });

  test('a silent build says every half a minute what it is at, in a log', () => {
    vi.useFakeTimers({ now: 0 });
    try {
      let text = '';
      const reader = terminal((part) => (text += part), {
        colour: false,
        timestamps: false,
        verbosity: 'normal',
        place: 'log',
        keeps: false,
        logDirectory: undefined,
      });
      const report = (event: EventBody): void => reader.report({ ...event, time: Date.now() });
      report({ type: 'run-started', runId: 'r', builds: [build] });
      report({ type: 'build-started', build });
      report({ type: 'step-started', build, step: 'connect' });
      const what = 'SSH at 10.0.0.5:22';
      report({ type: 'waiting', build, what, reason: 'connection refused', elapsed: 0, limit: 600_000 });
      vi.advanceTimersByTime(29_000);
      expect(text).toBe('==> qemu.web: connect...\n');
      report({
        type: 'waiting',
        build,
        what,
        reason: 'refused root',
        elapsed: 29_000,
        limit: 600_000,
        console: 'login:',
      });
      vi.advanceTimersByTime(2_000);
      expect(text).toContain(
        '    qemu.web: still waiting for SSH at 10.0.0.5:22 (30s of 10m00s): refused root; console: login:\n',
      );
      vi.advanceTimersByTime(30_000);
      expect(text).toContain('(1m00s of 10m00s)');
      report({ type: 'waited', build, what, milliseconds: 61_000 });
      report({ type: 'step-finished', build, step: 'connect', outcome: 'succeeded', milliseconds: 61_000 });
      report({ type: 'step-started', build, step: 'provision with shell', index: 2, of: 5, label: 'shell: apt-get' });
      vi.advanceTimersByTime(31_000);
      expect(text).toContain('    qemu.web: still at [2/5] shell: apt-get (30s)\n');
      const done = { type: 'progress', build, what: 'upload to /tmp/x', unit: 'bytes', total: 2 ** 20 } as const;
      report({ ...done, done: 0 });
      vi.advanceTimersByTime(32_000);
      report({ ...done, done: 2 ** 19 });
      vi.advanceTimersByTime(32_000);
      expect(text).toContain('still at upload to /tmp/x (59s, 50 %, 0.5/1.0 MiB, 8.7 KiB/s, 59s left)\n');
      report({ ...done, done: 2 ** 20 });
      expect(text).toContain('    qemu.web: upload to /tmp/x: 1.0 MiB in 1m04s (16.0 KiB/s)\n');
      reader.end();
      const before = text;
      vi.advanceTimersByTime(100_000);
      expect(text).toBe(before);
    } finally {
      vi.useRealTimers();
    }
  });

  test('shows debug messages when more is asked for', () => {
    const event: EventBody = { type: 'message', build, level: 'debug', text: 'detail' };
    expect(shown([event])).toBe('');
    expect(shown([event], { verbosity: 'verbose' })).toBe('    qemu.web: detail\n');
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
    expect(text).toContain('--> qemu.web: a disk\n      /no/such/disk\n');
    expect(text.endsWith('\n==> 1 build succeeded, 1 failed (null), in 1m20s\n')).toBe(true);
    // What failed is behind what was made.
    expect(text.indexOf('--> null: it broke')).toBeGreaterThan(text.indexOf('/no/such/disk'));
  });

  test('of several failures each is told with its place and hint', () => {
    const each = [
      { code: 'SUMS', message: 'no sums', pointer: '/post-processors/0', hint: 'free some space' },
      { code: 'SEND', message: 'nothing sent', pointer: '/post-processors/1', hint: 'log in' },
    ] as const;
    const failure = { ...each[0], message: 'no sums; nothing sent', each };
    const text = shown([
      { type: 'build-finished', build, name: 'web', outcome: 'failed', milliseconds: 5, artifacts: [], failure },
      { type: 'run-finished', runId: 'r', outcome: 'failed', milliseconds: 6 },
    ]);
    expect(text).toContain(
      '--> qemu.web: no sums\n    SUMS  /post-processors/0\n    hint: free some space\n' +
        '--> qemu.web: nothing sent\n    SEND  /post-processors/1\n    hint: log in\n',
    );
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
    expect(text).toContain('==> What the builds that failed have made is still there:\n--> qemu.web: a disk\n');
  });

  test('what to do next is said at the end: machine, resume, files, log, report', () => {
    const login = 'ssh -p 22 root@10.0.0.5';
    const failure = { code: 'X', message: 'no', step: '[2/5] shell: apt-get', files: { console: '/c.log' } };
    const events = (kept: object): readonly EventBody[] => [
      {
        type: 'build-finished',
        build,
        name: 'web',
        outcome: 'failed',
        milliseconds: 5,
        artifacts: [],
        failure,
        ...kept,
      },
      {
        type: 'run-finished',
        runId: '8f9c1bbb-31e9-4f9f-91e1-84d82af98839',
        outcome: 'failed',
        milliseconds: 5,
        report: '/r.json',
      },
    ];
    const kept = shown(events({ login, resumable: true }), { keeps: true, logDirectory: '/logs' });
    expect(kept).toContain(
      [
        '==> Next:',
        `    To get into the machine of qemu.web: ${login}`,
        '    The console of qemu.web: /c.log',
        '    To go on with the build: kiln resume 8f9c1bbb',
        '    The log of each build: /logs',
        '    The report of the run: /r.json',
        '',
        '==> 1 failed (qemu.web), in 0s',
        '',
      ].join('\n'),
    );
    expect(kept).toContain('    step: [2/5] shell: apt-get\n');
    expect(kept).not.toContain('-on-error=keep');
    const cleaned = shown(events({}));
    expect(cleaned).toContain('kiln build -on-error=keep');
    expect(cleaned).not.toContain('kiln resume');
  });

  test('-q shows warnings, what failed and what was made; nothing of what guests say', () => {
    const text = shown(
      [
        { type: 'step-started', build, step: 'boot' },
        { type: 'output', build, stream: 'stdout', text: 'chatter' },
        { type: 'message', build, level: 'info', text: 'detail' },
        { type: 'message', build, level: 'warning', text: 'careful' },
        { type: 'step-finished', build, step: 'boot', outcome: 'succeeded', milliseconds: 75_300 },
        { type: 'build-finished', build, name: 'web', outcome: 'succeeded', milliseconds: 5, artifacts: [] },
        { type: 'run-finished', runId: 'r', outcome: 'succeeded', milliseconds: 5 },
      ],
      { verbosity: 'quiet' },
    );
    expect(text).toBe('==> qemu.web: careful\n\n==> Builds finished but no artifacts were created.\n');
  });

  test('short steps are in the table when they failed, or when more is asked for', () => {
    const events: readonly EventBody[] = [
      { type: 'step-finished', build, step: 'short', outcome: 'succeeded', milliseconds: 10 },
      { type: 'step-finished', build, step: 'bad', outcome: 'failed', milliseconds: 10 },
      { type: 'build-finished', build, name: 'web', outcome: 'succeeded', milliseconds: 5, artifacts: [] },
      { type: 'run-finished', runId: 'r', outcome: 'succeeded', milliseconds: 5 },
    ];
    expect(shown(events)).toContain("==> Steps of 'qemu.web':\n          0.01 s  bad  (failed)\n\n");
    expect(shown(events, { verbosity: 'verbose' })).toContain('  short\n');
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
