import { spawn } from 'node:child_process';
import { join } from 'node:path';

const checkout = join(import.meta.dirname, '../../..');

export type Tool = 'packer' | 'kiln';

export interface Called {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Call {
  readonly directory: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly stdin?: string | undefined;
}

/** Runs one of the two in the directory, with nothing of this machine's environment but the search path. */
export function call(tool: Tool, { directory, args, env, stdin }: Call): Promise<Called> {
  const [program = '', ...rest] =
    tool === 'packer'
      ? ['packer', ...args]
      : [join(checkout, '.kiln/node/node'), join(checkout, 'dist/cli.cjs'), ...args];
  const apart = `${directory}.home`;
  const own = {
    PATH: process.env['PATH'],
    HOME: apart,
    CHECKPOINT_DISABLE: '1',
    PACKER_NO_COLOR: '1',
    KILN_STATE_DIR: join(apart, 'state'),
    KILN_CACHE_DIR: join(apart, 'cache'),
    KILN_SETUP: '0',
  };
  const child = spawn(program, rest, { cwd: directory, env: { ...own, ...env }, stdio: 'pipe' });
  const heard = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (heard.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (heard.stderr += chunk.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, ...heard }));
  });
}
