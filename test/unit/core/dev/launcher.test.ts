import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../../../..');
const isRoot = process.getuid?.() === 0;

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'kiln-launcher-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  chmodSync(directory, 0o755);
  return directory;
}

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text, { mode });
}

/** A checkout that was set up, after which git has refreshed its index; its set-up says so, its program shows its arguments. */
function checkout(): string {
  const directory = newDirectory();
  cpSync(join(root, 'kiln'), join(directory, 'kiln'));
  write(join(directory, 'core/dev/set-up.sh'), 'echo set-up; touch "$(dirname "$0")/../../.kiln/checked"\n');
  write(join(directory, 'dist/cli.cjs'), '');
  write(join(directory, '.kiln/node/node'), '#!/bin/sh\nshift\necho "ran $*"\n', 0o755);
  write(join(directory, '.kiln/checked'), '');
  write(join(directory, '.git/index'), '');
  const past = new Date(Date.now() - 60_000);
  utimesSync(join(directory, '.kiln/checked'), past, past);
  return directory;
}

function output(program: string, args: readonly string[], cwd: string): string {
  return execFileSync(program, args, { cwd, encoding: 'utf8' });
}

it('sets itself up anew after git has changed its index, once', () => {
  const directory = checkout();
  expect(output('./kiln', ['version'], directory)).toBe('set-up\nran version\n');
  expect(output('./kiln', ['version'], directory)).toBe('ran version\n');
});

it.skipIf(!isRoot)('runs what is there for a user who may not write to the checkout', () => {
  const directory = checkout();
  const as = ['--reuid=65534', '--regid=65534', '--clear-groups', join(directory, 'kiln'), 'version'];
  expect(output('setpriv', as, '/')).toBe('ran version\n');
});

it.each([
  ['by its name from the shell', 'sh', ['kiln', 'version']],
  ['through a link', './bin/k', ['version']],
])('finds its checkout when it is run %s', (_, program, args) => {
  const directory = checkout();
  mkdirSync(join(directory, 'bin'));
  symlinkSync('../kiln', join(directory, 'bin/k'));
  expect(output(program, args, directory)).toContain('ran version\n');
});

/** A checkout of which only the set-up is there; what it runs after the private Node.js fails. */
function bareCheckout(): string {
  const directory = newDirectory();
  cpSync(join(root, 'core/dev/node-runtime'), join(directory, 'core/dev/node-runtime'), { recursive: true });
  for (const file of ['core/dev/set-up.sh', '.npmrc']) cpSync(join(root, file), join(directory, file));
  return directory;
}

/** Directories of the machine's own programs, with an old Node.js before them. */
function oldNode(directory: string): string {
  write(join(directory, 'bin/node'), '#!/bin/sh\n[ "$1" = --version ] && echo v18.20.4 || echo false\n', 0o755);
  return `${join(directory, 'bin')}:/usr/sbin:/usr/bin:/sbin:/bin`;
}

it('runs no script of a package, and names npm only when it is needed', () => {
  const directory = bareCheckout();
  const log = join(directory, 'npm.log');
  const path = oldNode(directory);
  write(join(directory, 'bin/npm'), `#!/bin/sh\necho "$*" >>${log}\nexit 1\n`, 0o755);
  const run = (PATH: string): string =>
    spawnSync('sh', ['core/dev/set-up.sh', 'run'], { cwd: directory, env: { PATH }, encoding: 'utf8' }).stderr;
  run(path);
  expect(readFileSync(log, 'utf8')).toBe('ci --prefix .kiln/runtime --ignore-scripts --no-audit --no-fund\n');
  for (const tool of ['sh', 'mkdir', 'dirname', 'cp', 'uname', 'flock']) {
    symlinkSync(`/usr/bin/${tool}`, join(directory, 'bin', tool));
  }
  rmSync(join(directory, 'bin/npm'));
  expect(run(join(directory, 'bin'))).toContain('npm was not found');
});

it('does not run a Node.js that has another hash than its lock file', { timeout: 120_000 }, () => {
  const directory = bareCheckout();
  const lock = join(directory, 'core/dev/node-runtime/package-lock.json');
  writeFileSync(lock, readFileSync(lock, 'utf8').replaceAll(/sha512-.{8}/g, 'sha512-AAAAAAAA'));
  // The machine's npm runs by the machine's own Node.js, whatever that is.
  write(join(directory, 'bin/npm'), `#!/bin/sh\nPATH=${process.env['PATH'] ?? ''} exec npm "$@"\n`, 0o755);
  const settings = { cwd: directory, env: { ...process.env, PATH: oldNode(directory) }, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync('sh', ['core/dev/set-up.sh', 'run'], settings);
  expect(status).toBe(1);
  expect(stderr).toMatch(/EINTEGRITY|no private Node\.js/);
  expect(existsSync(join(directory, '.kiln/node/node'))).toBe(false);
});
