import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathKind } from '../../../core/run/scope/kinds.ts';
import type { BuildRun } from '../../../plugins/sdk/index.ts';
import { acquireForTest } from '../acquire.ts';

export interface HandMadeBuild extends BuildRun {
  /** What was said, warned of and put out by programs. */
  readonly lines: string[];
  /** Names of the steps, as they began. */
  readonly steps: string[];
  readonly releaseAll: () => Promise<void>;
}

/** What a builder is given, without an engine around it. Scopes do not nest: all is given back by `releaseAll`. */
export async function handMadeBuild(given: Partial<BuildRun> = {}): Promise<HandMadeBuild> {
  const scope = acquireForTest();
  const lines: string[] = [];
  const steps: string[] = [];
  const note = (text: string): void => void lines.push(text);
  const silent = (): void => undefined;
  const cacheDirectory = await mkdtemp(join(tmpdir(), 'kiln-test-cache-'));
  const build: HandMadeBuild = {
    name: 'base',
    type: 'rootfs',
    displayName: 'rootfs.base',
    runId: '5bfae260-e0ed-8c0e-9d89-9b03751d62a8',
    force: false,
    debugMode: false,
    signal: new AbortController().signal,
    source: undefined,
    cacheDirectory,
    say: note,
    warn: note,
    debug: silent,
    output: (_stream, line) => note(line),
    progress: silent,
    waiting: silent,
    addSecret: silent,
    render: (text) => text,
    step: (name, body) => {
      steps.push(name);
      return body();
    },
    acquire: scope.acquire,
    scope: (body) => body(build),
    temporaryDirectory: async () => {
      const directory = tmpdir();
      const made = await scope.acquire(pathKind, {
        describe: 'temporary directory',
        locator: { directory },
        create: async (token) => {
          const path = join(directory, `kiln-test-${token}`);
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
    noteFile: silent,
    offerConsole: () => Promise.resolve(),
    provision: () => Promise.resolve(),
    ...given,
    lines,
    steps,
    releaseAll: async () => {
      await scope.releaseAll();
      await rm(cacheDirectory, { recursive: true });
    },
  };
  return build;
}
