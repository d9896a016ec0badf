/**
 * Transfers over SSH beside OpenSSH's and Packer's: `node test/bench/ssh-transfer/run.ts [ROUNDS [PART]]`. A real sshd
 * on loopback takes 1 GiB (`large`), 10,000 small files (`tree`), and 50 inline scripts (`inline`). All in memory (/dev/shm), as root. Kiln's
 * and Packer's figures are whole runs of their command lines.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nullBuilder, startSshd } from '../../support/ssh/sshd.ts';
import { compare, type Contender } from '../paired.ts';

const LARGE_MIB = 1024;
const TREE_FILES = 10_000;
const SCRIPTS = 50;

const root = join(import.meta.dirname, '../../..');
const work = mkdtempSync('/dev/shm/kiln-ssh-transfer-');
// What shells read in the home directory is nobody's figure; nobody reads the log, which the server then waits for.
const sshd = await startSshd(['LogLevel ERROR', 'MaxStartups 100']);
const large = join(work, 'large');
const tree = join(work, 'tree');
const target = join(work, 'target');

function makeLarge(): void {
  const block = randomBytes(1024 * 1024);
  writeFileSync(large, '');
  for (let count = 0; count < LARGE_MIB; count += 1) writeFileSync(large, block, { flag: 'a' });
}

function makeTree(): void {
  for (let count = 0; count < TREE_FILES; count += 1) {
    const directory = join(tree, `d${count % 100}`);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `f${count}`), randomBytes(200 + (count % 1800)));
  }
}

function clear(): void {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
}

function baker(name: 'kiln' | 'packer', provisioners: readonly object[]): Contender {
  const template = join(
    work,
    `${name}-${createHash('sha256').update(JSON.stringify(provisioners)).digest('hex')}.json`,
  );
  const builder = nullBuilder(sshd);
  writeFileSync(template, JSON.stringify({ builders: [builder], provisioners }));
  return {
    name,
    program: name === 'kiln' ? join(root, 'kiln') : 'packer',
    args: ['build', '-color=false', template],
    cwd: work,
    env: { ...process.env, CHECKPOINT_DISABLE: '1', PACKER_CACHE_DIR: join(work, 'cache') },
    prepare: clear,
  };
}

const sshOptions = [
  ['-F', 'none'],
  ['-o', 'StrictHostKeyChecking=no'],
  ['-o', 'UserKnownHostsFile=/dev/null'],
  ['-o', 'LogLevel=ERROR'],
  ['-i', sshd.privateKeyFile],
].flat();

function scp(flags: readonly string[], source: string): Contender {
  const args = [...flags, ...sshOptions, '-P', String(sshd.port), source, `root@127.0.0.1:${target}/`];
  return { name: ['scp', ...flags].join(' '), program: 'scp', args, prepare: clear };
}

function rsync(source: string): Contender {
  const shell = ['ssh', '-p', String(sshd.port), ...sshOptions].join(' ');
  const args = ['-a', '-e', shell, source, `root@127.0.0.1:${target}/`];
  return { name: 'rsync -a', program: 'rsync', args, prepare: clear };
}

/** Throws when the last of the contenders did not bring everything over. */
function checkTree(): void {
  const count = readdirSync(target, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
  if (count !== TREE_FILES) throw new Error(`${count} of ${TREE_FILES} files arrived`);
}

function sendLarge(rounds: number): void {
  makeLarge();
  const upload = [{ type: 'file', source: large, destination: join(target, 'large') }];
  compare('1 GiB', baker('kiln', upload), scp([], large), rounds, 1.15);
  if (!readFileSync(join(target, 'large')).equals(readFileSync(large))) throw new Error('another file arrived');
  compare('1 GiB', baker('kiln', upload), baker('packer', upload), 1, 1);
  rmSync(large);
}

function sendTree(rounds: number): void {
  makeTree();
  const upload = [{ type: 'file', source: tree, destination: target }];
  compare('10,000 files', baker('kiln', upload), baker('packer', upload), rounds, 0.2);
  checkTree();
  compare('10,000 files', baker('kiln', upload), rsync(tree), rounds, 1.5);
  compare('10,000 files', baker('kiln', upload), scp(['-r'], tree), rounds, 0.5);
}

function runScripts(rounds: number): void {
  const inline = Array.from({ length: SCRIPTS }, (_, count) => ({
    type: 'shell',
    inline: [`echo script ${count} >>${target}/said`],
  }));
  compare('50 inline scripts', baker('kiln', inline), baker('packer', inline), rounds, 0.4);
  const said = existsSync(join(target, 'said')) ? readFileSync(join(target, 'said'), 'utf8').split('\n').length - 1 : 0;
  if (said !== SCRIPTS) throw new Error(`${said} of ${SCRIPTS} scripts ran`);
}

const [rounds = '3', part] = process.argv.slice(2);
try {
  for (const [name, run] of Object.entries({ large: sendLarge, tree: sendTree, inline: runScripts })) {
    if (part === undefined || part === name) run(Number(rounds));
  }
} finally {
  await sshd.stop();
  rmSync(work, { recursive: true, force: true });
}
