import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { findByEnvironment } from '../../../core/process/identity.ts';
import { parseJournal, type JournalRecord } from '../../../core/run/journal/journal-record.ts';
import type { Ended } from '../../cli/run-kiln.ts';

const root = join(import.meta.dirname, '../../..');
const MARK = 'KILN_TEST_MARK';
const LOOK_EVERY = 50;

/** A directory in which Kiln bakes, is killed, and must leave nothing but the output. */
export interface CrashPlace extends AsyncDisposable {
  readonly home: string;
  /** Runs Kiln to its end, or kills it after so many milliseconds, or soon after what is asked for has come about. */
  kiln(
    args: readonly string[],
    more?: { readonly env?: NodeJS.ProcessEnv; readonly killAfter?: number; readonly killWhen?: () => boolean },
  ): Promise<Ended>;
  /** Whole records of the only run; empty when it was killed before it began. */
  records(): readonly JournalRecord[];
  runId(): string | undefined;
  /** Waits until nothing of Kiln's is there but the output "out" (when there is one), or fails. */
  expectNothingLeft(): Promise<void>;
}

export function crashPlace(template: (home: string) => object, environment: NodeJS.ProcessEnv = {}): CrashPlace {
  // On a disk; and the names of QEMU's sockets may not be long.
  const home = mkdtempSync('/var/tmp/kiln-crash-');
  const temporary = join(home, 'tmp');
  mkdirSync(temporary);
  writeFileSync(join(home, 'web.json'), JSON.stringify(template(home)));
  const runs = join(home, 'state/runs');
  const begun = (): readonly string[] =>
    existsSync(runs) ? readdirSync(runs).filter((name) => !name.startsWith('.')) : [];
  const env = {
    ...process.env,
    ...environment,
    [MARK]: home,
    TMPDIR: temporary,
    KILN_SETUP: '0',
    KILN_STATE_DIR: join(home, 'state'),
    KILN_CACHE_DIR: join(home, 'cache'),
  };
  const place: CrashPlace = {
    home,
    kiln: async (args, { env: more, killAfter, killWhen } = {}) => {
      const child = spawn(join(root, '.kiln/node/node'), [join(root, 'dist/cli.cjs'), ...args], {
        cwd: home,
        env: { ...env, ...more },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
      const looks = setInterval(() => {
        if (killWhen?.() === true) child.kill('SIGKILL');
      }, LOOK_EVERY);
      // Not "close": what a killed Kiln had started has its output open.
      const [code] = (await once(child, 'exit')) as [number | null];
      clearTimeout(timer);
      clearInterval(looks);
      if (code !== null && child.stdout.readable) await Promise.race([once(child, 'close'), delay(5000)]);
      return { code, stdout, stderr };
    },
    records: () => {
      const [run] = begun();
      return run === undefined ? [] : parseJournal(readFileSync(join(runs, run, 'journal.jsonl'), 'utf8'));
    },
    runId: () => begun()[0],
    expectNothingLeft: async () => {
      const expected = ['cache', 'log', 'out', 'state', 'tmp', 'web.json'];
      expect(readdirSync(home).filter((name) => !expected.includes(name))).toEqual([]);
      const output = join(home, 'out');
      if (existsSync(output)) {
        expect(readdirSync(output)).not.toEqual([]);
        expect(readdirSync(output).filter((name) => name.startsWith('.'))).toEqual([]);
      }
      expect(readdirSync(temporary)).toEqual([]);
      // Kiln has signalled them; that they are gone takes a moment.
      for (let looks = 0; looks < 100 && (await findByEnvironment(MARK, home)).length > 0; looks += 1) await delay(50);
      expect(await findByEnvironment(MARK, home)).toEqual([]);
      expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(home);
      const { stdout } = await place.kiln(['runs', '-json']);
      const listings = stdout
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as { readonly state: string; readonly holds: readonly unknown[] });
      expect(listings.filter(({ state, holds }) => state !== 'ended' || holds.length > 0)).toEqual([]);
    },
    [Symbol.asyncDispose]: async () => {
      for (const { pid } of await findByEnvironment(MARK, home)) process.kill(pid, 'SIGKILL');
      rmSync(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  return place;
}
