import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect } from 'vitest';
import { command, file, kiln, path, place, type Ended } from '../../cli/run-kiln.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { nullBuilder } from '../../support/ssh/sshd.ts';
import { testWithSshd } from '../../support/ssh/test-with-sshd.ts';
const test = testWithSshd();

let state: string;
let log: string;
beforeEach(() => {
  const name = crypto.randomUUID();
  state = path(`state-${name}`);
  log = path(`log-${name}`);
});

function run(...args: readonly string[]): Promise<Ended> {
  return kiln(args, { env: { KILN_STATE_DIR: state } });
}

async function runId(): Promise<string> {
  const { stdout } = await run('runs', '-json');
  return (JSON.parse(stdout.split('\n', 1).join('')) as { runId: string }).runId;
}

function logged(): readonly string[] {
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
}

/** A template whose three provisioners write a line each, the second one as `second` says. */
function template(name: string, builder: object, second: string, type = 'shell-local'): string {
  const note = (text: string): object => ({ type, inline: [`echo ${text} >>${log}`] });
  const provisioners = [note('one'), { type, inline: [`echo two >>${log}`, second] }, note('three')];
  return file(name, { builders: [builder], provisioners });
}

const nowhere = { type: 'null', communicator: 'none' };

describe('kiln resume', () => {
  test('goes on with the provisioner that failed, which may have been edited', async () => {
    const name = template('a.json', nowhere, 'exit 3');
    const failed = await run('build', '-on-error=keep', name);
    expect(failed.code).toBe(1);
    const id = await runId();
    expect(failed.stdout).toContain(`To go on with the build: kiln resume ${id.slice(0, 8)}`);
    expect(logged()).toEqual(['one', 'two']);
    template('a.json', nowhere, 'true');
    const resumed = await run('resume', id.slice(0, 8));
    expect(resumed.stdout).toContain('check that shell-local is unchanged');
    expect(resumed.code).toBe(0);
    expect(logged()).toEqual(['one', 'two', 'two', 'three']);
    expect((await run('runs')).stdout).toMatch(new RegExp(`${id.slice(0, 8)} .*succeeded`));
    const shown = await run('show');
    expect(shown.stdout).toContain(`Run ${id} of `);
    expect(shown.stdout).toContain('[2/3] shell-local');
    expect(JSON.parse((await run('show', '-json', id.slice(0, 8))).stdout)).toMatchObject({
      runId: id,
      outcome: 'succeeded',
    });
    const again = await run('resume', id);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('RUN_FINISHED');
  });

  test('refuses when a provisioner that had finished is not what it was, and keeps everything', async () => {
    const name = template('b.json', nowhere, 'exit 3');
    await run('build', '-on-error=keep', name);
    const id = await runId();
    const original = readFileSync(path(name), 'utf8');
    writeFileSync(path(name), original.replace('echo one', 'echo other'));
    const refused = await run('resume', id);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('RESUME_CHANGED');
    expect(refused.stdout).toContain('the provisioner "shell-local" (1 of 1 that had finished)');
    expect(logged()).toEqual(['one', 'two']);
    writeFileSync(path(name), original.replace('exit 3', 'true'));
    expect((await run('resume', id)).code).toBe(0);
  });

  test('after -on-error=cleanup begins anew', async () => {
    const name = template('c.json', nowhere, 'exit 3');
    await run('build', name);
    template('c.json', nowhere, 'true');
    expect((await run('resume', await runId())).code).toBe(0);
    expect(logged()).toEqual(['one', 'two', 'one', 'two', 'three']);
  });

  test('of a run that is still at work is refused, also when two try at once', async () => {
    const name = template('d.json', nowhere, 'sleep 60');
    const building = run('build', name);
    while (logged().length < 2) await delay(20);
    const refused = await run('resume', await runId());
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('RUN_RUNNING');
    expect((await run('gc', await runId())).stdout).toContain('still at work');
    process.kill(readOwner(await runId()), 'SIGKILL');
    await building;
    // What it had started is ended by whoever goes on.
    template('d.json', nowhere, 'sleep 1');
    const both = await Promise.all([run('resume', await runId()), run('resume', await runId())]);
    expect(both.map(({ code }) => code).sort()).not.toEqual([0, 0]);
    expect(logged().filter((line) => line === 'one')).toEqual(['one']);
  });

  test('gives the same timestamp and variables as the run had; secrets must be given again', async () => {
    const content = {
      variables: { shown: 'default', pw: '' },
      'sensitive-variables': ['pw'],
      builders: [nowhere],
      provisioners: [
        { type: 'shell-local', inline: [`echo {{timestamp}} {{user \`shown\`}} {{user \`pw\`}} >>${log}`] },
        { type: 'shell-local', inline: [`test -e ${log}.go`] },
      ],
    };
    file('e.json', content);
    await run('build', '-on-error=keep', '-var', 'shown=given', '-var', 'pw=Tr0ub4dor', 'e.json');
    const id = await runId();
    expect(readFileSync(join(state, 'runs', id, 'invocation.json'), 'utf8')).not.toContain('Tr0ub4dor');
    writeFileSync(`${log}.go`, '');
    const lacking = await run('resume', id);
    expect(lacking.code).toBe(2);
    expect(lacking.stderr).toContain('give -var pw=… again');
    await delay(1100);
    expect((await run('resume', '-var', 'pw=Tr0ub4dor', id)).code).toBe(0);
    expect(logged()).toHaveLength(1);
  });
});

/** The process that a run belongs to. */
function readOwner(id: string): number {
  const [first = ''] = readFileSync(join(state, 'runs', id, 'journal.jsonl'), 'utf8').split('\n');
  return (JSON.parse(first) as { owner: { pid: number } }).owner.pid;
}

describe('post-processors', () => {
  const target = (): string => `${log}.target`;
  const withPostProcessors = (last: string): object => ({
    builders: [{ type: 'file', content: 'made', target: target() }],
    'post-processors': [
      [
        { type: 'shell-local', inline: [`echo first >>${log}`] },
        { type: 'shell-local', inline: [`echo last >>${log}`, last] },
      ],
      { type: 'checksum', checksum_types: ['md5'], output: `${target()}.{{.ChecksumType}}` },
    ],
  });

  test('that did not finish run on the artifact that was made; the others and the builder do not', async () => {
    file('f.json', withPostProcessors('exit 1'));
    expect((await run('build', 'f.json')).code).toBe(1);
    const id = await runId();
    // Would be written again by the builder.
    writeFileSync(target(), 'looked at');
    file('f.json', withPostProcessors('true'));
    const resumed = await run('resume', id);
    expect(resumed.code).toBe(0);
    expect(logged()).toEqual(['first', 'last', 'last']);
    expect(readFileSync(target(), 'utf8')).toBe('looked at');
    expect(resumed.stdout).toContain(`Stored file: ${target()}`);
  });

  test('all run again on a finished artifact with -post-processors', async () => {
    file('g.json', withPostProcessors('true'));
    expect((await run('build', 'g.json')).code).toBe(0);
    const again = await run('resume', '-post-processors', await runId());
    expect(again.stdout).not.toContain('write file');
    expect(again.code).toBe(0);
    expect(logged()).toEqual(['first', 'last', 'first', 'last']);
  });

  test('say so when the artifact is not there any more', async () => {
    file('h.json', withPostProcessors('exit 1'));
    await run('build', 'h.json');
    rmSync(target());
    const resumed = await run('resume', await runId());
    expect(resumed.code).toBe(1);
    expect(resumed.stdout).toContain('ARTIFACT_GONE');
  });
});

describe.skipIf(lacks(['/usr/sbin/sshd'], true))('the null builder over SSH', () => {
  test('goes on after kill -9 where it was: nothing that had finished runs twice', async ({ sshd }) => {
    const builder = nullBuilder(sshd);
    const name = template('ssh.json', builder, `test -e ${log}.go || sleep 60`, 'shell');
    const [program, ...args] = command(['build', name]);
    const child = spawn(program, args, { ...place({ KILN_STATE_DIR: state }), stdio: 'ignore' });
    while (logged().length < 2) await delay(20);
    child.kill('SIGKILL');
    writeFileSync(`${log}.go`, '');
    const resumed = await run('resume', await runId());
    expect(resumed.code).toBe(0);
    expect(logged()).toEqual(['one', 'two', 'two', 'three']);
    expect((await run('gc')).stdout).toBe('Nothing was left behind.\n');
    expect((await run('runs')).stdout).not.toContain('dead');
  });
});
