import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Communicator, ExecOptions, ExecResult, UploadSource } from '../../../core/contract/communicator.ts';
import { guestLost } from '../../../core/errors/guest-failure.ts';
import { lineSplitter } from '../../../core/process/lines.ts';
import type { RenderData } from '../../../core/contract/build-run.ts';
import { provisionRun, type TestProvisionRun } from '../provision-run.ts';

export interface LocalWindows extends Communicator {
  /** What was done, in order: commands as they are, uploads as "upload PATH". */
  readonly done: string[];
  /** What the uploads wrote, by path; the last one counts. */
  readonly files: Map<string, string>;
  /** What is in c:/Windows/Temp. */
  left(): readonly string[];
  /** A path on this machine that stands for one of the guest's. */
  at(path: string): string;
  remove(): void;
}

export interface LocalWindowsOptions {
  readonly kind?: 'ssh' | 'winrm';
  /** Called before each command; what it gives is the command's outcome. */
  readonly instead?: (command: string, done: readonly string[]) => ExecResult | undefined;
  readonly refuseUploads?: number;
  readonly reconnect?: () => Promise<void>;
}

/** The stand-in for Windows without a network: for what does not depend on the transport. */
export function localWindows(options: LocalWindowsOptions = {}): LocalWindows {
  const directory = mkdtempSync(join(tmpdir(), 'kiln-windows-'));
  mkdirSync(join(directory, 'c:/Windows/Temp'), { recursive: true });
  const done: string[] = [];
  const files = new Map<string, string>();
  let refusals = options.refuseUploads ?? 0;
  const at = (path: string): string =>
    join(
      directory,
      path.replace(/^[A-Z]:/, (drive) => drive.toLowerCase()),
    );

  const exec = async (command: string, { onLine, signal }: ExecOptions): Promise<ExecResult> => {
    done.push(command);
    const outcome = options.instead?.(command, done);
    if (outcome !== undefined) return outcome;
    const child = spawn(process.execPath, [join(import.meta.dirname, 'windows-cmd.ts'), command], {
      cwd: directory,
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.once('error', () => undefined);
    let outputTail = '';
    for (const name of ['stdout', 'stderr'] as const) {
      const lines = lineSplitter((line) => onLine?.(name, line));
      child[name].on('data', (chunk: Buffer) => {
        outputTail += chunk.toString();
        lines.push(chunk);
      });
      child[name].on('end', () => lines.end());
    }
    const exitStatus = await new Promise<number | undefined>((resolve) => {
      child.once('close', (status) => resolve(status ?? undefined));
    });
    return { exitStatus, disconnected: false, outputTail };
  };
  const upload = (source: UploadSource, destination: string): Promise<void> => {
    done.push(`upload ${destination}`);
    if (refusals-- > 0) return Promise.reject(guestLost('the guest is away'));
    const bytes = 'path' in source ? readFileSync(source.path) : Buffer.from(source.content);
    files.set(destination, bytes.toString());
    mkdirSync(dirname(at(destination)), { recursive: true });
    writeFileSync(at(destination), bytes);
    return Promise.resolve();
  };
  const nothing = (): Promise<never> => Promise.reject(new Error('not there'));
  return {
    kind: options.kind ?? 'winrm',
    address: undefined,
    terminal: false,
    done,
    files,
    left: () => readdirSync(at('c:/Windows/Temp')),
    at,
    remove: () => rmSync(directory, { recursive: true, force: true }),
    exec,
    upload,
    uploadTree: nothing,
    download: nothing,
    downloadTree: nothing,
    reconnect: options.reconnect ?? (() => Promise.resolve()),
    close: () => Promise.resolve(),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a provisioner is given; fields of late texts are put in as they are. */
export function windowsRun(guest: Communicator, given: Parameters<typeof provisionRun>[1] = {}): TestProvisionRun {
  const render = (text: string, data: RenderData): string =>
    text.replaceAll(/\{\{ *\.(\w+) *\}\}/g, (_all, name: string) => textOf(data[name]));
  return provisionRun(guest, { render, data: { Password: 'Winrm$1' }, ...given });
}

export function exists(guest: LocalWindows, path: string): boolean {
  return existsSync(guest.at(path));
}
