import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const root = join(import.meta.dirname, '../..');
/** A directory of the test file's own; goes when its tests are over. */
export const directory: string = mkdtempSync(join(tmpdir(), 'kiln-cli-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunSettings {
  readonly stdin?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with all of standard output so far, whenever more comes. */
  readonly onOutput?: (stdout: string, child: ChildProcess) => void;
}

/** Writes a file for the test and returns its name. */
export function file(name: string, content: string | object): string {
  writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content, undefined, 2));
  return name;
}

export function path(name: string): string {
  return join(directory, name);
}

/** The bundled command line with these arguments, as a program and its arguments. */
export function command(args: readonly string[]): [string, ...string[]] {
  return [join(root, '.kiln/node/node'), join(root, 'dist/cli.cjs'), ...args];
}

/** Where it is started: in the test's directory, with its state there too. */
export function place(env: NodeJS.ProcessEnv = {}): { readonly cwd: string; readonly env: NodeJS.ProcessEnv } {
  const own = { KILN_STATE_DIR: path('state'), KILN_CACHE_DIR: path('cache'), KILN_SETUP: '0' };
  return { cwd: directory, env: { ...process.env, ...own, ...env } };
}

/** Runs the bundled command line in the test's directory. */
export function kiln(args: readonly string[], settings: RunSettings = {}): Promise<Ended> {
  const [program, ...rest] = command(args);
  const child = spawn(program, rest, { ...place(settings.env), stdio: ['pipe', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    settings.onOutput?.(stdout, child);
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(settings.stdin ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** What a JavaScript stack trace looks like. */
export const stackTrace: RegExp = /\n\s+at .*[(/].*:\d+:\d+/;
