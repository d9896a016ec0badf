import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { apiReport } from '../../../../core/dev/api/api-report.ts';
import { sdkApi, type ApiEntry } from '../../../../core/dev/api/sdk-api.ts';

const MOST_VALUES = 20;

const api = sdkApi();

function undocumented(entries: readonly ApiEntry[]): readonly string[] {
  return entries.filter(({ promise }) => promise === '').map(({ entry, name }) => `${entry}: ${name}`);
}

/** Types in signatures that nobody who imports the entry points can name. */
function unnamed(entries: readonly ApiEntry[]): readonly string[] {
  const names = new Set(entries.map(({ name }) => name));
  return entries.flatMap(({ name, mentions }) =>
    mentions.filter((each) => !names.has(each)).map((each) => `${name} speaks of ${each}`),
  );
}

test('every name that the SDK exports has a promise at its declaration', () => {
  expect(api.length).toBeGreaterThan(150);
  expect(undocumented(api)).toEqual([]);
});

test('every type in a signature of the SDK is exported by one of its entry points', () => {
  expect(unnamed(api)).toEqual([]);
});

test('a name is exported by one entry point, and none has too many to learn', () => {
  const names = api.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  const values = Object.groupBy(
    api.filter(({ isValue }) => isValue),
    ({ entry }) => entry,
  );
  const long = Object.entries(values).filter(([, list = []]) => list.length > MOST_VALUES);
  expect(long.map(([entry]) => entry)).toEqual([]);
});

test('what has no promise, or speaks of a type of its own, is found, and a changed signature changes the report', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'kiln-sdk-api-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'entry.ts');
  const text = `interface Hidden { readonly a: string }
export function bare(hidden: Hidden): void {}
/** Counts in steps. Throws nothing. */
export const count: (by: number) => readonly Hidden[] = () => [];
/** A thing. */
export class Thing { private inner: Hidden | undefined; readonly size: number = 1; grow(by: number): this { return this; } }
`;
  const read = async (source: string): Promise<readonly ApiEntry[]> => {
    await writeFile(path, source);
    return sdkApi({ 'kiln/test': path });
  };
  const entries = await read(text);
  expect(undocumented(entries)).toEqual(['kiln/test: bare']);
  expect(unnamed(entries)).toEqual(['bare speaks of Hidden', 'count speaks of Hidden']);
  const report = apiReport(entries);
  expect(report).toContain('Counts in steps.\n\n```ts\nconst count: (by: number) => readonly Hidden[]\n```');
  expect(report).toContain('class Thing {\n  readonly size: number;\n  grow(by: number): this;\n}');
  expect(apiReport(await read(text.replace('by: number): this', 'by: bigint): this')))).not.toBe(report);
});
