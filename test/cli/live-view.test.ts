import { afterEach, describe, expect, test } from 'vitest';
import { lacks } from '../support/kiln/needs.ts';
import { screenOf, type TestScreen } from '../support/kiln/screen.ts';
import { command, file, path, place } from './run-kiln.ts';

const nowhere = { type: 'null', communicator: 'none' };
/** Goes on when the file is there. */
const untilTold = (mark: string): string => `while [ ! -e ${path(mark)} ]; do sleep 0.05; done`;

const screens: TestScreen[] = [];
afterEach(async () => {
  for (const screen of screens.splice(0)) {
    screen.order('signal SIGKILL');
    await screen.ended;
  }
});

function run(args: readonly string[], columns: number, rows: number, env: NodeJS.ProcessEnv = {}): TestScreen {
  const own = {
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    NO_COLOR: '1',
    GITHUB_ACTIONS: '',
    GITLAB_CI: '',
    ...env,
  };
  const screen = screenOf(command(args), { columns, rows, ...place(own) });
  screens.push(screen);
  return screen;
}

/** Times differ from run to run. */
function timeless(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replaceAll(/\b\d+s\b/g, 'Ns'));
}

function tell(mark: string): void {
  file(mark, 'go');
}

describe.skipIf(lacks(['python3']))('the live view', () => {
  test.each([
    [40, 12],
    [80, 24],
    [200, 50],
  ])('of one build at %i columns and %i rows, and the log above it', async (columns, rows) => {
    const mark = `one-${columns}`;
    file(`${mark}.json`, {
      builders: [{ ...nowhere, name: 'web' }],
      provisioners: [
        { type: 'shell-local', name: 'install nginx', inline: ['echo Get:12 http://deb.debian.org', untilTold(mark)] },
      ],
    });
    const screen = run(['build', `${mark}.json`], columns, rows);
    const lines = await screen.until(
      (now) =>
        now.some((line) => /^null\.web ▸ .*\d+s/.test(line)) && now.join('').includes('Get:12 http://deb.debian.org'),
    );
    const head = lines.findIndex((line) => line.startsWith('── 1 build · '));
    expect(timeless(lines.slice(0, head))).toEqual([
      `==> null.web: [1/1] shell-local: install${columns === 40 ? '' : ' nginx...'}`,
      ...(columns === 40 ? [' nginx...'] : []),
      '    null.web: running locally: <inline>',
      ...(columns === 40
        ? ['    null.web: Get:12 http://deb.debian.o', 'rg']
        : ['    null.web: Get:12 http://deb.debian.org']),
    ]);
    expect(lines[head]).toHaveLength(columns - 1);
    expect(timeless(lines.slice(head + 1, head + 2))).toEqual([
      columns === 40
        ? 'null.web ▸ [1/1] s… nginx  Ns'
        : 'null.web ▸ [1/1] shell-local: install nginx  Ns  Get:12 http://deb.debian.org',
    ]);
    expect(lines.slice(head + 2).join('')).toBe('');
    expect(screen.hasCursor()).toBe(false);
    tell(mark);
    expect(await screen.ended).toBe(0);
    expect(screen.hasCursor()).toBe(true);
    // Nothing of the view stays behind.
    expect(screen.history().join('\n')).not.toMatch(/──|▸/);
    expect(screen.history().join('\n')).toContain('==> 1 build succeeded');
  });

  test('of thirty builds is as high as half the terminal, and counts the rest', async () => {
    file('thirty.json', {
      builders: Array.from({ length: 30 }, (_, index) => ({
        ...nowhere,
        name: `b${String(index + 1).padStart(2, '0')}`,
      })),
      provisioners: [{ type: 'shell-local', inline: ['echo hello', untilTold('thirty')] }],
    });
    const screen = run(['build', 'thirty.json'], 80, 24);
    const lines = await screen.until(
      (now) =>
        now.filter((line) => /▸ .*hello$/.test(line)).length === 10 &&
        now.some((line) => line.startsWith('… and 20 more: 20 running')),
    );
    expect(lines.findIndex((line) => line.startsWith('── 30 builds: 30 running'))).toBe(12);
    tell('thirty');
    expect(await screen.ended).toBe(0);
    expect(screen.history().filter((line) => line.endsWith(': hello'))).toHaveLength(30);
  });

  test('follows the terminal when that becomes narrower and wider, and leaves nothing of itself', async () => {
    file('resize.json', {
      builders: [{ ...nowhere, name: 'web' }],
      provisioners: [{ type: 'shell-local', inline: ['echo first', untilTold('resize'), 'echo last'] }],
    });
    const screen = run(['build', 'resize.json'], 100, 20);
    await screen.until((now) => now.some((line) => line.startsWith('── 1 build') && line.length === 99));
    for (const columns of [50, 120, 40, 90]) {
      // Just behind a frame: one that is under way while the terminal changes is for the old size.
      const before = screen.raw().length;
      await screen.until(() => screen.raw().length > before);
      screen.resize(columns, 20);
      const lines = await screen.until((now) =>
        now.some((line) => line.startsWith('── 1 build') && line.length === columns - 1),
      );
      expect(lines.filter((line) => line.includes('1 build'))).toHaveLength(1);
    }
    tell('resize');
    expect(await screen.ended).toBe(0);
    expect(screen.history().join('\n')).not.toMatch(/──|▸/);
    expect(screen.history().join('\n')).toContain('null.web: last');
  });

  test('gives the terminal back when Kiln is stopped by Ctrl-Z, and goes on with it afterwards', async () => {
    file('stop.json', {
      builders: [{ ...nowhere, name: 'web' }],
      provisioners: [{ type: 'shell-local', inline: [untilTold('stop')] }],
    });
    const screen = run(['build', 'stop.json'], 80, 24);
    await screen.until((now) => now.some((line) => line.startsWith('null.web ▸')));
    screen.order('signal SIGTSTP');
    await screen.until((now) => screen.hasCursor() && !now.some((line) => line.includes('▸')));
    screen.order('signal SIGCONT');
    await screen.until((now) => !screen.hasCursor() && now.some((line) => line.startsWith('null.web ▸')));
    tell('stop');
    expect(await screen.ended).toBe(0);
    expect(screen.hasCursor()).toBe(true);
  });

  test('is gone and the cursor is back after Ctrl-C, once and twice', async () => {
    for (const times of [1, 2]) {
      file('interrupt.json', {
        builders: [{ ...nowhere, name: 'web' }],
        provisioners: [{ type: 'shell-local', inline: [`trap '' TERM INT; ${untilTold(`interrupt-${times}`)}`] }],
      });
      const screen = run(['build', 'interrupt.json'], 80, 24);
      await screen.until((now) => now.some((line) => line.startsWith('null.web ▸')));
      screen.order('keys 03');
      await screen.until((now) => now.some((line) => line.startsWith('Cancelling after SIGINT')));
      if (times === 2) screen.order('keys 03');
      tell(`interrupt-${times}`);
      expect(await screen.ended).not.toBe(0);
      expect(screen.hasCursor()).toBe(true);
      expect(screen.lines().join('\n')).not.toContain('▸');
    }
  });

  test('is not there while something is asked, and nothing of other builds comes between', async () => {
    file('asks.json', {
      builders: [
        { ...nowhere, name: 'asks' },
        { ...nowhere, name: 'talks' },
      ],
      provisioners: [
        { type: 'breakpoint', note: 'look around', only: ['asks'] },
        {
          type: 'shell-local',
          only: ['talks'],
          inline: ['for n in 1 2 3 4 5 6 7 8; do echo tick $n; sleep 0.2; done'],
        },
      ],
    });
    const screen = run(['build', 'asks.json'], 80, 24);
    const question = 'asks: breakpoint: look around. Press enter to continue.';
    await screen.until((now) => now.some((line) => line.startsWith(question)));
    await new Promise((resolve) => setTimeout(resolve, 1200));
    const lines = await screen.until(() => true);
    expect(lines.findLast((line) => line !== '')?.trimEnd()).toBe(question);
    expect(screen.hasCursor()).toBe(true);
    screen.order('type');
    expect(await screen.ended).toBe(0);
    expect(screen.history().filter((line) => /tick \d$/.test(line))).toHaveLength(8);
  });

  test('writes each frame at once, and no more than some ten a second', async () => {
    file('frames.json', {
      builders: [{ ...nowhere, name: 'web' }],
      provisioners: [{ type: 'shell-local', inline: ['for n in $(seq 300); do echo line $n; sleep 0.01; done'] }],
    });
    const screen = run(['build', 'frames.json'], 80, 24);
    const started = performance.now();
    expect(await screen.ended).toBe(0);
    const seconds = (performance.now() - started) / 1000;
    const raw = screen.raw();
    const begun = raw.split('\u001b[?2026h').length - 1;
    expect(begun).toBeGreaterThan(5);
    expect(raw.split('\u001b[?2026l').length - 1).toBe(begun);
    expect(begun).toBeLessThan(11 * seconds);
    expect(screen.history().filter((line) => /: line \d+$/.test(line))).toHaveLength(300);
  });

  test.each([
    ['TERM=dumb', { TERM: 'dumb' }],
    ['the log of GitHub Actions', { GITHUB_ACTIONS: 'true' }],
  ])('is not drawn for %s', async (_what, env) => {
    file('plain.json', { builders: [nowhere], provisioners: [{ type: 'shell-local', inline: ['echo hello'] }] });
    const screen = run(['build', 'plain.json'], 80, 24, env);
    expect(await screen.ended).toBe(0);
    expect(screen.raw()).not.toContain('\u001b');
    expect(screen.history().join('\n')).toContain('    null: hello');
  });

  test('is drawn in ASCII without UTF-8, and in colours only where they are wanted', async () => {
    file('ascii.json', {
      builders: [{ ...nowhere, name: 'web' }],
      provisioners: [{ type: 'shell-local', inline: [untilTold('ascii')] }],
    });
    const screen = run(['build', 'ascii.json'], 80, 24, {
      LANG: 'C',
      LC_ALL: '',
      LC_CTYPE: '',
      PYTHONCOERCECLOCALE: '0',
      NO_COLOR: '',
      FORCE_COLOR: '1',
    });
    await screen.until((now) => now.some((line) => line.startsWith('null.web > ')));
    expect(screen.raw()).toContain('\u001b[0;32mnull.web > \u001b[0m');
    tell('ascii');
    expect(await screen.ended).toBe(0);
    expect(screen.raw()).toMatch(/^[\u0000-\u007f]*$/);
  });
});
