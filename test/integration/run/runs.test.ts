import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { thisOwner } from '../../../core/locks/owner.ts';
import { kiln, path, type Ended } from '../../cli/run-kiln.ts';

let state: string;
beforeEach(() => {
  state = path(`state-${randomUUID()}`);
});

function run(...args: readonly string[]): Promise<Ended> {
  return kiln(args, { env: { KILN_STATE_DIR: state } });
}

/** A journal as a run leaves it; `owner` undefined: of a process that is gone. */
function journal(started: number, records: readonly object[], living = false): string {
  const runId = randomUUID();
  const owner = { ...thisOwner(), ...(living ? {} : { pid: 2, started: thisOwner().started.replace(/:.*/, ':1') }) };
  const directory = join(state, 'runs', runId);
  mkdirSync(directory, { recursive: true });
  const first = { record: 'run', format: 1, runId, owner, template: '/templates/web.json', started };
  const lines = [first, ...records].map((record) => JSON.stringify(record));
  writeFileSync(join(directory, 'journal.jsonl'), `${lines.join('\n')}\n`);
  return runId;
}

function intent(token: string, describe: string): object {
  return { record: 'intent', token, kind: 'path', build: 'null.web', describe, locator: { directory: state } };
}

describe('kiln runs', () => {
  test('lists running, dead, held and ended runs, oldest first, with what they hold', async () => {
    const running = journal(1000, [intent('a', 'disk')], true);
    const dead = journal(2000, [intent('b', 'key'), { record: 'created', token: 'b', id: '/tmp/key' }]);
    const held = journal(3000, [
      intent('c', 'machine'),
      { record: 'created', token: 'c', id: '/tmp/machine' },
      { record: 'held', token: 'c' },
      { record: 'ended', outcome: 'failed' },
    ]);
    const ended = journal(4000, [{ record: 'ended', outcome: 'succeeded' }]);
    const { code, stdout } = await run('runs');
    expect(code).toBe(0);
    const years = Math.floor(Date.now() / 86_400_000);
    const short = (id: string): string => id.slice(0, 8);
    const shown = stdout.split('\n').map((line) => line.replace(/ +/g, ' '));
    expect(shown[0]).toMatch(
      new RegExp(`^${short(running)} ${years} days ago running \\d+h\\d\\dm /templates/web\\.json$`),
    );
    expect(shown.slice(1)).toEqual([
      ' null.web: disk',
      `${short(dead)} ${years} days ago dead /templates/web.json`,
      ' null.web: key',
      `${short(held)} ${years} days ago failed kept /templates/web.json`,
      ' null.web: machine',
      `${short(ended)} ${years} days ago succeeded /templates/web.json`,
      '"kiln gc" removes what dead and ended runs hold.',
      '"kiln gc -held RUN" removes what was kept.',
      '',
    ]);
    const verbose = (await run('runs', '-v')).stdout;
    expect(verbose).toContain(`    ${dead} in ${join(state, 'runs', dead)}\n    null.web: key (/tmp/key)\n`);
    expect(verbose).toContain('null.web: disk (is being made)\n');
    const machine = (await run('runs', '-machine-readable')).stdout;
    expect(machine).toContain(`3,${held},run,held,failed,/templates/web.json\n`);
    expect(machine).toContain(`3,${held},run-holds,null.web,path,machine,/tmp/machine,true\n`);
    const lines = (await run('runs', '-json')).stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)[1]).toMatchObject({
      runId: dead,
      state: 'dead',
      holds: [{ build: 'null.web', kind: 'path', what: 'key', id: '/tmp/key', held: false }],
    });
  });

  test('says so when there are none', async () => {
    expect(await run('runs')).toEqual({ code: 0, stdout: 'There are no runs.\n', stderr: '' });
  });
});

describe('kiln gc RUN', () => {
  test('collects that run only, found by the first letters of its id', async () => {
    const [one, other] = [journal(1, [intent('a', 'disk one')]), journal(2, [intent('b', 'disk two')])];
    const { code, stdout } = await run('gc', one.slice(0, 13));
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'removed null.web: disk one\n' });
    expect((await run('gc', '-dry-run')).stdout).toBe('would remove null.web: disk two\n');
    expect((await run('gc', other)).stdout).toBe('removed null.web: disk two\n');
  });

  test('of a run that is not known says so', async () => {
    const { code, stderr } = await run('gc', 'ffff-no-such-run');
    expect(code).toBe(2);
    expect(stderr).toContain('RUN_UNKNOWN');
  });

  test('leaves what was kept alone without -held', async () => {
    const held = journal(1, [
      intent('a', 'machine'),
      { record: 'held', token: 'a' },
      { record: 'ended', outcome: 'failed' },
    ]);
    expect((await run('gc', held)).stdout).toBe('Nothing was left behind.\n');
    expect((await run('gc', '-held', held)).stdout).toBe('removed null.web: machine\n');
  });

  test('ends with what it could not remove and how a person can, with exit code 3, and tries again', async () => {
    const id = '/proc/version';
    journal(1, [
      intent('a', 'a file'),
      { record: 'created', token: 'a', id },
      { record: 'intent', token: 'b', kind: 'gone:thing', build: 'null.web', describe: 'a thing', locator: {} },
      intent('c', 'disk'),
    ]);
    for (const collected of ['removed null.web: disk\n', '']) {
      const { code, stdout, stderr } = await run('gc');
      expect({ code, stdout }).toEqual({ code: 3, stdout: collected });
      expect(stderr).toMatch(
        /^could not remove null\.web: a thing: nothing here knows .*\ncould not remove null\.web: a file: .*\n {4}by hand: rm -rf --one-file-system \/proc\/version\n$/,
      );
    }
  });
});
