import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Artifact } from '../../../core/contract/artifact.ts';
import type { Communicator } from '../../../core/contract/communicator.ts';
import { CancelledError } from '../../../core/errors/errors.ts';
import type { BuildData, BuildRun } from '../../../core/contract/build-run.ts';

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
  const releases: (() => Promise<void>)[] = [];
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
    acquire: async (kind, acquisition) => {
      const { id, handle } = await acquisition.create(randomUUID());
      let held = true;
      const release = async (): Promise<void> => {
        if (!held) return;
        held = false;
        const context = { signal: new AbortController().signal, say: () => undefined };
        await kind.release(id, acquisition.locator, context);
      };
      releases.push(release);
      const keep = (): Promise<void> => {
        held = false;
        return Promise.resolve();
      };
      return { id, handle, release, keep };
    },
    scope: (body) => body(build),
    temporaryDirectory: async () => {
      const path = await mkdtemp(join(options.home, 'temporary-'));
      releases.push(() => rm(path, { recursive: true, force: true }));
      return path;
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
    end: async () => {
      for (const release of releases.splice(0).reverse()) await release();
    },
  };
}
