import { mkdir } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Artifact } from '../../../core/contract/artifact.ts';
import type { Communicator } from '../../../core/contract/communicator.ts';
import { CancelledError } from '../../../core/errors/errors.ts';
import type { BuildData, BuildRun } from '../../../core/contract/build-run.ts';
import { pathKind } from '../../../core/run/scope/kinds.ts';
import { acquireForTest } from '../../support/acquire.ts';

export interface SmallBuild {
  readonly build: BuildRun;
  /** What was said, warned and shown for -debug, in order. */
  readonly lines: string[];
  readonly steps: string[];
  /** What the report of a failure would name. */
  readonly files: Map<string, string>;
  /** Aborts the build as Ctrl-C does. */
  cancel(): void;
  /** Gives everything back, last first, and removes the temporary directories. */
  end(): Promise<void>;
}

export interface SmallBuildOptions {
  /** An existing directory for the cache and for temporary files. */
  readonly home: string;
  readonly force?: boolean;
  readonly source?: Artifact;
  provision?(guest: Communicator, data: BuildData, signal: AbortSignal): Promise<void>;
  /** Called before each step. */
  onStep?(name: string): void;
}

/** A build's run without plan, journal and terminal: just scopes, for tests of one builder. */
export async function smallBuild(options: SmallBuildOptions): Promise<SmallBuild> {
  const cancelling = new AbortController();
  const lines: string[] = [];
  const steps: string[] = [];
  const files = new Map<string, string>();
  const scope = acquireForTest();
  const cacheDirectory = join(options.home, 'cache');
  await mkdir(cacheDirectory, { recursive: true });
  const build: BuildRun = {
    name: 'web',
    type: 'qemu',
    displayName: 'qemu.web',
    runId: randomUUID(),
    force: options.force ?? false,
    debugMode: false,
    signal: cancelling.signal,
    source: options.source,
    cacheDirectory,
    say: (text) => void lines.push(text),
    warn: (text) => void lines.push(`warning: ${text}`),
    debug: (text) => void lines.push(`debug: ${text}`),
    output: (_stream, line) => void lines.push(line),
    progress: () => undefined,
    waiting: () => undefined,
    addSecret: () => undefined,
    render: (text, data) =>
      text.replace(/\{\{ *\.(\w+) *\}\}/g, (_, name: string) => {
        const value = data[name];
        return typeof value === 'object' ? JSON.stringify(value) : String(value);
      }),
    step: async (name, body) => {
      cancelling.signal.throwIfAborted();
      steps.push(name);
      options.onStep?.(name);
      return body();
    },
    acquire: scope.acquire,
    scope: (body) => body(build),
    temporaryDirectory: async () => {
      const made = await scope.acquire(pathKind, {
        describe: 'temporary directory',
        locator: { directory: options.home },
        create: async (token) => {
          const path = join(options.home, `temporary-${token}`);
          await mkdir(path, { mode: 0o700 });
          return { id: path, handle: path };
        },
      });
      return made.handle;
    },
    checkpoint: () => Promise.resolve(),
    adoptByToken: () => undefined,
    adopt: () => {
      throw new Error('nothing was made before');
    },
    noteFile: (what, path) => files.set(what, path),
    offerConsole: () => Promise.resolve(),
    provision: async (guest, data) => options.provision?.(guest, data, cancelling.signal),
  };
  return {
    build,
    lines,
    steps,
    files,
    cancel: () => cancelling.abort(new CancelledError()),
    end: () => scope.releaseAll(),
  };
}
