import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Communicator } from '../../../core/contract/communicator.ts';
import { connectSsh } from '../../../core/communicators/ssh/index.ts';
import type { SshConnectOptions } from '../../../core/communicators/ssh/options.ts';
import { CommandError, KilnError } from '../../../core/errors/errors.ts';
import type { ShellProvisionerConfig } from '../../../provisioners/shell/config.gen.ts';
import { provision } from '../../../provisioners/shell/run.ts';
import { startCuttingProxy, type CuttingProxy, type Direction } from '../../support/ssh/cutting-proxy.ts';
import { componentConfig } from '../../support/component-config.ts';
import { provisionRun } from '../../support/provision-run.ts';
import { pseudoRandom } from '../../support/kiln/pseudo-random.ts';
import { connectOptions, endpointOf, owningRun } from '../../support/ssh/ssh-guest.ts';
import { sshdMissing } from '../../support/ssh/sshd.ts';
import { testWithSshd } from '../../support/ssh/test-with-sshd.ts';
const test = testWithSshd(['MaxStartups 100']);

const signal = new AbortController().signal;
const long = process.env['KILN_LONG_TESTS'] === '1';
if (!long) console.log('70 cut points of 500 are tried; KILN_LONG_TESTS=1 tries all');
const ROUNDS = long ? 500 : 70;
/** What goes up and down until a login is there, about. */
const LOGIN_BYTES = 4000;
const FILE_BYTES = 200_000;
const TREE_FILES = 25;

function noise(random: () => number, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
}

async function filesIn(directory: string): Promise<Readonly<Record<string, Buffer>>> {
  const found: Record<string, Buffer> = {};
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found[path.slice(directory.length)] = await readFile(path);
  }
  return found;
}

interface Round {
  readonly guest: Communicator;
  /** A directory of its own. */
  readonly place: string;
}

/** One thing that is done to a guest: does it, and throws when what it made is wrong although it did not fail. */
interface Operation {
  readonly name: string;
  /** It is done whatever is cut; anything else may fail, and is never done twice. */
  readonly outlives: boolean;
  /** About how many bytes go up and down. */
  readonly bytes: Readonly<Record<Direction, number>>;
  prepare(round: Round): Promise<void>;
  run(round: Round): Promise<void>;
  /** What holds even when it failed. */
  check(round: Round): Promise<void>;
}

const random = pseudoRandom(20_261_121);
const before = Buffer.alloc(1000, 'b');
const after = noise(random, FILE_BYTES);
const tree = new Map(
  Array.from({ length: TREE_FILES }, (_, index) => [`d${index % 3}/f${index}`, noise(random, index * 500)] as const),
);

async function makeTree(directory: string): Promise<void> {
  for (const [name, content] of tree) {
    await mkdir(join(directory, name, '..'), { recursive: true });
    await writeFile(join(directory, name), content);
  }
}

async function expectWholeTree(directory: string): Promise<void> {
  const found = await filesIn(directory);
  const wrong = [...tree].filter(([name, content]) => found[`/${name}`]?.equals(content) !== true);
  expect([Object.keys(found).length, wrong.map(([name]) => name)]).toEqual([tree.size, []]);
}

async function expectOneOf(path: string): Promise<void> {
  const found = await readFile(path);
  expect(found.equals(before) || found.equals(after)).toBe(true);
}

const OPERATIONS: readonly Operation[] = [
  {
    name: 'a file going up',
    outlives: true,
    bytes: { up: FILE_BYTES * 1.1, down: 3000 },
    prepare: async ({ place }) => {
      await writeFile(join(place, 'from'), after);
      await writeFile(join(place, 'file'), before);
    },
    run: async ({ guest, place }) => {
      await guest.upload({ path: join(place, 'from') }, join(place, 'file'), { signal });
      expect((await readFile(join(place, 'file'))).equals(after)).toBe(true);
    },
    check: async ({ place }) => {
      await expectOneOf(join(place, 'file'));
      await expect.poll(() => readdir(place)).toHaveLength(2);
    },
  },
  {
    name: 'text going up',
    outlives: true,
    bytes: { up: FILE_BYTES * 1.1, down: 3000 },
    prepare: ({ place }) => writeFile(join(place, 'file'), before),
    run: async ({ guest, place }) => {
      await guest.upload({ content: after }, join(place, 'file'), { signal });
      expect((await readFile(join(place, 'file'))).equals(after)).toBe(true);
    },
    check: ({ place }) => expectOneOf(join(place, 'file')),
  },
  {
    name: 'a file going down',
    outlives: true,
    bytes: { up: 3000, down: FILE_BYTES * 1.1 },
    prepare: async ({ place }) => {
      await writeFile(join(place, 'from'), after);
      await writeFile(join(place, 'file'), before);
    },
    run: async ({ guest, place }) => {
      await guest.download(join(place, 'from'), join(place, 'file'), { signal });
      expect((await readFile(join(place, 'file'))).equals(after)).toBe(true);
    },
    check: async ({ place }) => {
      await expectOneOf(join(place, 'file'));
      expect((await readdir(place)).toSorted()).toEqual(['file', 'from']);
    },
  },
  {
    name: 'a tree going up',
    outlives: true,
    bytes: { up: FILE_BYTES, down: 3000 },
    prepare: ({ place }) => makeTree(join(place, 'from')),
    run: async ({ guest, place }) => {
      await guest.uploadTree(join(place, 'from'), join(place, 'to'), { signal });
      await expectWholeTree(join(place, 'to'));
    },
    check: () => Promise.resolve(),
  },
  {
    name: 'a tree going down',
    outlives: true,
    bytes: { up: 3000, down: FILE_BYTES },
    prepare: ({ place }) => makeTree(join(place, 'from')),
    run: async ({ guest, place }) => {
      await guest.downloadTree(join(place, 'from'), join(place, 'to'), { signal });
      await expectWholeTree(join(place, 'to'));
    },
    check: () => Promise.resolve(),
  },
  {
    name: 'a command',
    outlives: false,
    bytes: { up: 1500, down: 1500 },
    prepare: ({ place }) => writeFile(join(place, 'ran'), ''),
    run: async ({ guest, place }) => {
      const result = await guest.exec(`echo ran >>'${place}/ran'; echo done`, { signal });
      if (result.disconnected) throw new CommandError('cut off', { code: 'COMMUNICATOR_LOST' });
      // A server tells the exit status before the last of the output.
      expect([0, 'done\n'].join()).toContain([result.exitStatus, result.outputTail].join());
      expect(await readFile(join(place, 'ran'), 'utf8')).toBe('ran\n');
    },
    // Never twice.
    check: async ({ place }) => expect(['', 'ran\n']).toContain(await readFile(join(place, 'ran'), 'utf8')),
  },
  {
    name: 'a script',
    outlives: false,
    bytes: { up: FILE_BYTES * 1.1, down: 1500 },
    prepare: ({ place }) => writeFile(join(place, 'ran'), ''),
    run: async ({ guest, place }) => {
      const inline = [`echo ran >>'${place}/ran'`, `: ${after.toString('base64')}`];
      const options = { inline, remote_folder: place };
      await provision(componentConfig<ShellProvisionerConfig>('provisioners/shell', options), provisionRun(guest));
      expect(await readFile(join(place, 'ran'), 'utf8')).toBe('ran\n');
    },
    check: async ({ place }) => {
      expect(['', 'ran\n']).toContain(await readFile(join(place, 'ran'), 'utf8'));
      await expect.poll(() => readdir(place)).toEqual(['ran']);
    },
  },
];

const GUESTS: readonly (Partial<SshConnectOptions> & Pick<SshConnectOptions, 'transferMethod'>)[] = [
  { backend: 'ssh2', transferMethod: 'scp' },
  { backend: 'ssh2', transferMethod: 'sftp' },
  { backend: 'openssh', transferMethod: 'scp' },
  { backend: 'openssh', transferMethod: 'sftp' },
  // Files go up over a second connection.
  { transferMethod: 'scp', largeBytes: 1 },
];

describe.skipIf(sshdMissing() !== undefined)('connections cut at any byte', () => {
  let directory: string;
  const run = owningRun();
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kiln-cut-'));
  });
  afterAll(async () => {
    await run.releaseAll();
    await rm(directory, { recursive: true, force: true, maxRetries: 10 });
  });

  const outcomes: string[] = [];

  /** Does the operation with a cut somewhere in it. */
  async function tryOnce(
    number: number,
    operation: Operation,
    guest: Communicator,
    proxy: CuttingProxy,
  ): Promise<void> {
    const round = { guest, place: join(directory, String(number)) };
    await mkdir(round.place);
    await operation.prepare(round);
    const direction: Direction = random() < 0.5 ? 'up' : 'down';
    // One in five while it connects anew.
    const connecting = random() < 0.2;
    if (connecting) proxy.cutNow();
    proxy.cutAfter(Math.floor(random() * (connecting ? LOGIN_BYTES : operation.bytes[direction])), direction);
    const failure: unknown = await operation.run(round).catch((error: unknown) => error);
    const cut = !proxy.disarm();
    outcomes.push(`${cut ? 'cut' : 'not cut'}, ${failure === undefined ? 'done' : 'told'}`);
    if (failure !== undefined) {
      const told = failure instanceof KilnError ? failure.code : failure;
      expect([operation.name, told]).toEqual([
        operation.outlives ? 'nothing' : operation.name,
        expect.stringMatching(/^(COMMUNICATOR_(LOST|NOT_STARTED)|SCRIPT_DISCONNECTED)$/),
      ]);
      expect(cut || connecting).toBe(true);
    }
    await operation.check(round);
  }

  test.for(
    GUESTS.map((given) => ({ given, way: `${given.backend ?? 'two connections'} and ${given.transferMethod}` })),
  )(
    'with $way, transfers are done rightly whatever is cut; a command fails and says so, and is never run twice',
    { timeout: long ? 1_800_000 : 600_000 },
    async ({ given }, { sshd }) => {
      const proxy = await startCuttingProxy(sshd.port);
      const options = connectOptions(endpointOf(proxy.port, { privateKey: sshd.privateKey }), {
        attempts: 10,
        ...given,
      });
      const guest = await connectSsh(options, run);
      const start = GUESTS.indexOf(given);
      for (let number = start; number < ROUNDS; number += GUESTS.length) {
        const operation = OPERATIONS[Math.floor(number / GUESTS.length) % OPERATIONS.length];
        if (operation !== undefined) await tryOnce(number, operation, guest, proxy);
      }
      await guest.close();
      proxy.close();
    },
  );

  test('most of the cuts were made, and most were outlived', () => {
    const count = (outcome: string): number => outcomes.filter((one) => one === outcome).length;
    console.log(
      `cut points: ${['cut, told', 'cut, done', 'not cut, done'].map((one) => `${count(one)} ${one}`).join('; ')}`,
    );
    expect(outcomes).toHaveLength(ROUNDS);
    expect(count('cut, done')).toBeGreaterThan(ROUNDS / 3);
  });
});
