import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectSsh } from '../../../../../core/communicators/ssh/index.ts';
import { KilnError } from '../../../../../core/errors/errors.ts';
import { connectOptions, endpointOf, heardRun } from '../../../../support/ssh-guest.ts';
import { freePort, sshdMissing, startSshd, type TestSshd } from '../../../../support/sshd.ts';

const signal = new AbortController().signal;

interface CuttingProxy {
  readonly port: number;
  /** Cuts the next connection once so many bytes went in the given direction; later ones are left alone. */
  cutAfter(bytes: number, direction: 'up' | 'down'): void;
  close(): void;
}

async function cuttingProxy(target: number): Promise<CuttingProxy> {
  let plan: { bytes: number; direction: 'up' | 'down' } | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const own = plan;
    const upstream = connect(target, '127.0.0.1');
    const pass = (from: Socket, to: Socket, direction: 'up' | 'down'): void => {
      sockets.add(from);
      let count = 0;
      from.on('error', () => undefined);
      from.on('close', () => to.destroy());
      from.on('data', (chunk: Buffer) => {
        const left = own?.direction === direction && plan === own ? own.bytes - count : Infinity;
        count += chunk.length;
        if (chunk.length < left) {
          to.write(chunk);
          return;
        }
        plan = undefined;
        to.write(chunk.subarray(0, left), () => {
          from.resetAndDestroy();
          to.resetAndDestroy();
        });
      });
    };
    pass(client, upstream, 'up');
    pass(upstream, client, 'down');
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    cutAfter: (bytes, direction) => (plan = { bytes, direction }),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** The same numbers in every run. */
function* pseudoRandom(seed: number): Generator<number> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

describe.skipIf(sshdMissing() !== undefined)('connections cut at any byte', () => {
  let sshd: TestSshd;
  let proxy: CuttingProxy;
  let directory: string;
  beforeAll(async () => {
    sshd = await startSshd(['MaxStartups 100']);
    proxy = await cuttingProxy(sshd.port);
    directory = await mkdtemp(join(tmpdir(), 'kiln-cut-'));
  });
  afterAll(async () => {
    proxy.close();
    await sshd.stop();
    await rm(directory, { recursive: true, force: true });
  });

  test.each([
    { direction: 'up', transferMethod: 'scp' },
    { direction: 'down', transferMethod: 'scp' },
    { direction: 'up', transferMethod: 'sftp' },
    { direction: 'down', transferMethod: 'sftp' },
  ] as const)(
    'going $direction with $transferMethod, a file is there whole, or as it was before with an error',
    async ({ direction, transferMethod }) => {
      const before = Buffer.alloc(1000, 'b');
      const after = Buffer.alloc(100_000, 'a');
      const path = join(directory, `file-${direction}-${transferMethod}`);
      const random = pseudoRandom(direction.length * 7 + transferMethod.length);
      let failures = 0;
      for (let round = 0; round < 12; round += 1) {
        await writeFile(path, before);
        // About 3,000 bytes go either way until the login is done.
        proxy.cutAfter(Math.floor((random.next().value as number) * (direction === 'up' ? 110_000 : 6000)), direction);
        const options = connectOptions(endpointOf(proxy.port, { privateKey: sshd.privateKey }), { transferMethod });
        const guest = await connectSsh(options, heardRun());
        const failure: unknown = await guest
          .upload({ content: after }, path, { signal })
          .catch((error: unknown) => error);
        const found = await readFile(path);
        if (failure === undefined) {
          expect(found.equals(after)).toBe(true);
        } else {
          failures += 1;
          expect(failure).toBeInstanceOf(KilnError);
          expect(failure).toMatchObject({ code: 'COMMUNICATOR_LOST' });
          // The guest may have finished when the word of it was lost.
          expect(found.equals(before) || found.equals(after)).toBe(true);
        }
        await guest.close();
      }
      if (direction === 'up') expect(failures).toBeGreaterThan(0);
    },
    60_000,
  );

  test.each(['up', 'down'] as const)(
    'going %s, a command never runs twice',
    async (direction) => {
      const path = join(directory, `ran-${direction}`);
      const random = pseudoRandom(direction.length);
      for (let round = 0; round < 15; round += 1) {
        await writeFile(path, '');
        proxy.cutAfter(2000 + Math.floor((random.next().value as number) * 3000), direction);
        const options = connectOptions(endpointOf(proxy.port, { privateKey: sshd.privateKey }));
        const guest = await connectSsh(options, heardRun());
        const result = await guest.exec(`echo ran >>'${path}'; echo done`, { signal });
        const ran = await readFile(path, 'utf8');
        if (result.exitStatus === 0) expect([ran, result.outputTail]).toEqual(['ran\n', 'done\n']);
        else expect([result.disconnected, ['', 'ran\n'].includes(ran)]).toEqual([true, true]);
        await guest.close();
      }
    },
    60_000,
  );
});
