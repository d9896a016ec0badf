import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectQmp, type Qmp } from '../../../../../builders/qemu/machine/qmp.ts';

const never = new AbortController().signal;

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'kiln-qmp-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A monitor that answers so many milliseconds after a command, by the command's name; to others it answers nothing. */
async function monitor(answers: Readonly<Record<string, number>>): Promise<string> {
  const path = join(newDirectory(), 'monitor');
  const server = createServer((socket) => {
    socket.write('{"QMP":{}}\n');
    socket.on('error', () => undefined);
    createInterface({ input: socket }).on('line', (line) => {
      const { execute } = JSON.parse(line) as { execute: string };
      const after = answers[execute];
      if (after !== undefined) setTimeout(() => socket.write(`{"return":"${execute}"}\n`), after);
    });
    onTestFinished(() => void socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
  return path;
}

function connect(path: string, start: number, answer: number): Promise<Qmp> {
  return connectQmp(path, never, () => undefined, { start, answer });
}

describe('the monitor of a QEMU that hangs', () => {
  it.each([
    ['has no socket', () => Promise.resolve(join(newDirectory(), 'none'))],
    ['answers nothing', () => monitor({})],
  ])('is given up at its start when it %s', async (_what, place) => {
    await expect(connect(await place(), 200, 200)).rejects.toMatchObject({
      code: 'QEMU_MONITOR',
      message: 'QEMU has not answered for 0.2 s',
    });
  });

  it('is given up at a command, and its later answer is not that to the next command', async () => {
    const qmp = await connect(await monitor({ qmp_capabilities: 0, slow: 400, quick: 0 }), 10_000, 250);
    onTestFinished(() => qmp.close());
    await expect(qmp.execute('slow')).rejects.toMatchObject({ code: 'QEMU_MONITOR' });
    await new Promise((resolve) => setTimeout(resolve, 400));
    await expect(qmp.execute('quick')).resolves.toBe('quick');
  });
});
