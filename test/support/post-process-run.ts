import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifact, PostProcessed, PostProcessRun } from '../../plugins/sdk/index.ts';
import { acquireForTest, type TestScope } from './acquire.ts';

export interface TestRun extends PostProcessRun {
  /** What was said and warned of. */
  readonly lines: string[];
  /** Progress reports: what, done, total. */
  readonly progressed: (readonly [string, number, number | undefined])[];
  readonly scope: TestScope;
}

const fields = /\{\{ *\.(\w+) *\}\}/g;

/**
 * What a post-processor is given, for tests of its `run` alone with a configuration of their own; with an engine around it
 * and options of a template it is run by `kiln-sdk/testing`. Things are acquired on the engine's scope. Renders `{{ .Name }}` only.
 */
export function postProcessRun(given: Partial<PostProcessRun> = {}): TestRun {
  const lines: string[] = [];
  const progressed: TestRun['progressed'] = [];
  const scope = acquireForTest();
  const silent = (): void => undefined;
  return {
    buildName: 'vm',
    builderType: 'qemu',
    runId: '5bfae260-e0ed-8c0e-9d89-9b03751d62a8',
    signal: new AbortController().signal,
    debugMode: false,
    force: false,
    runStarted: 1_700_000_000_999,
    data: {},
    environment: {},
    say: (text) => void lines.push(text),
    warn: (text) => void lines.push(text),
    debug: silent,
    output: silent,
    addSecret: silent,
    waiting: silent,
    progress: (what, done, total) => void progressed.push([what, done, total]),
    render: (text, data) => text.replaceAll(fields, (_all, name: string) => JSON.stringify(data[name]).slice(1, -1)),
    acquire: scope.acquire,
    cacheDirectory: tmpdir(),
    inherited: () => [],
    origin: () => ({
      version: '0.1.0',
      template: { path: '/templates/test.json', sha256: '0'.repeat(64) },
      variables: {},
      secretVariables: 0,
      provisionerFiles: [],
      options: {},
      provisioners: [],
      steps: [],
      sources: {},
    }),
    temporaryDirectory: () => mkdtemp(join(tmpdir(), 'kiln-test-')),
    ...given,
    lines,
    progressed,
    scope,
  };
}

export function artifactOf(files: readonly string[]): Artifact {
  return { builderId: 'transcend.qemu', id: 'VM', description: 'VM files', files, properties: { format: 'raw' } };
}

/** The new artifact, if one was made. */
export function madeBy({ artifact }: PostProcessed): Artifact | undefined {
  return artifact === 'input' ? undefined : artifact;
}

export interface WorkingDirectory {
  readonly path: string;
  /** Every file and directory below it, sorted. */
  list(): Promise<readonly string[]>;
  /** Goes back to where the process was and removes the directory. */
  leave(): Promise<void>;
}

/** Makes an empty directory and the process's working directory of it. */
export async function enterWorkingDirectory(): Promise<WorkingDirectory> {
  const before = process.cwd();
  const path = await realpath(await mkdtemp(join(tmpdir(), 'kiln-work-')));
  process.chdir(path);
  return {
    path,
    list: async () => (await readdir(path, { recursive: true })).sort(),
    leave: async () => {
      process.chdir(before);
      await rm(path, { recursive: true, force: true });
    },
  };
}
