import { spawnProgram } from './spawn.ts';

/**
 * Runs a command line by sh with Kiln's own terminal as its input and output, until it ends or the signal aborts. Throws
 * `CommandError` when it cannot be started.
 */
export async function runAtTerminal(command: string, signal: AbortSignal): Promise<void> {
  const child = await spawnProgram('sh', ['-c', command], { stdio: 'inherit', atTerminal: true });
  const stop = (): void => void child.kill('SIGHUP');
  signal.addEventListener('abort', stop, { once: true });
  await new Promise<void>((resolve) => child.once('close', () => resolve()));
  signal.removeEventListener('abort', stop);
}
