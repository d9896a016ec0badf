import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import {
  connectComponent,
  MAGIC_COOKIE,
  readHandshake,
  type ComponentConnection,
} from '../../../clients/packer-plugin/index.ts';

/** A component of Debian's packer, which serves those that it comes with as plugins; ended when it is disposed of. */
export async function debianPlugin(component: string): Promise<ComponentConnection & AsyncDisposable> {
  const child = spawn('packer', ['plugin', component], {
    env: { ...process.env, ...MAGIC_COOKIE, CHECKPOINT_DISABLE: '1', PACKER_CACHE_DIR: '/tmp' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = createInterface(child.stdout);
  const { value: line } = await lines[Symbol.asyncIterator]().next();
  const { socket } = readHandshake(String(line));
  const connection = await connectComponent(connect('path' in socket ? { path: socket.path } : socket));
  return {
    ...connection,
    [Symbol.asyncDispose]: async () => {
      connection.close();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
