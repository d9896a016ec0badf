import { isList, isObject, type JsonObject, type JsonValue } from '../../plugins/sdk/index.ts';
import { goJson, type GoValue } from './go-json.ts';

export interface ManifestFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** What Packer does not write, by its keys, in the order in which it is written. */
  readonly more?: JsonObject;
}

export interface ManifestEntry {
  readonly name: string;
  readonly builder_type: string;
  /** Seconds since the epoch; 0 is not written. */
  readonly build_time: number;
  readonly files: readonly ManifestFile[] | null;
  readonly artifact_id: string;
  readonly packer_run_uuid: string;
  readonly custom_data: Readonly<Record<string, string>> | null;
  /** What Packer does not write. */
  readonly sources?: JsonObject;
}

export interface Manifest {
  readonly builds: readonly ManifestEntry[];
  readonly lastRunUuid: string;
}

/** The value as `type`; `fallback` when it is absent or null, as Go decodes. Throws when it is something else. */
function text(value: JsonValue | undefined, what: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw new Error(`${what} is not text`);
}

function whole(value: JsonValue | undefined, what: string): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new Error(`${what} is not a whole number`);
}

function readFiles(value: JsonValue | undefined, what: string): ManifestEntry['files'] {
  if (value === undefined || value === null) return null;
  if (!isList(value)) throw new Error(`${what} is not a list`);
  return value.map((file, index) => {
    const here = `${what}[${index}]`;
    if (!isObject(file)) throw new Error(`${here} is not an object`);
    const { name, size, ...more } = file;
    const known = { name: text(name, `${here}.name`), size: whole(size, `${here}.size`) };
    return Object.keys(more).length === 0 ? known : { ...known, more };
  });
}

function readCustomData(value: JsonValue | undefined, what: string): ManifestEntry['custom_data'] {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw new Error(`${what} is not an object`);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, text(item, `${what}.${key}`)]));
}

function readEntry(value: JsonValue, what: string): ManifestEntry {
  if (!isObject(value)) throw new Error(`${what} is not an object`);
  const { sources } = value;
  return {
    ...(isObject(sources) ? { sources } : {}),
    name: text(value['name'], `${what}.name`),
    builder_type: text(value['builder_type'], `${what}.builder_type`),
    build_time: whole(value['build_time'], `${what}.build_time`),
    files: readFiles(value['files'], `${what}.files`),
    artifact_id: text(value['artifact_id'], `${what}.artifact_id`),
    packer_run_uuid: text(value['packer_run_uuid'], `${what}.packer_run_uuid`),
    custom_data: readCustomData(value['custom_data'], `${what}.custom_data`),
  };
}

/** Empty text is an empty manifest. Throws an `Error` that says what is wrong with any other text that is none. */
export function readManifest(source: string): Manifest {
  if (source === '') return { builds: [], lastRunUuid: '' };
  const value = JSON.parse(source) as JsonValue;
  if (!isObject(value)) throw new Error('it is not a JSON object');
  const builds = value['builds'] ?? [];
  if (!isList(builds)) throw new Error('builds is not a list');
  return {
    builds: builds.map((entry, index) => readEntry(entry, `builds[${index}]`)),
    lastRunUuid: text(value['last_run_uuid'], 'last_run_uuid'),
  };
}

function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function goValue(value: JsonValue): GoValue {
  if (isList(value)) return value.map(goValue);
  if (isObject(value)) return new Map(Object.entries(value).map(([key, item]) => [key, goValue(item)]));
  return value;
}

function fileValue({ name, size, more = {} }: ManifestFile): GoValue {
  const others = Object.entries(more).map(([key, value]) => [key, goValue(value)] as const);
  return new Map<string, GoValue>([['name', name], ['size', size], ...others]);
}

function entryValue(entry: ManifestEntry): GoValue {
  const { custom_data: data } = entry;
  const files = entry.files?.map(fileValue) ?? null;
  const keys = data === null ? [] : Object.keys(data).sort(byBytes);
  return new Map<string, GoValue>([
    ['name', entry.name],
    ['builder_type', entry.builder_type],
    ...(entry.build_time === 0 ? [] : [['build_time', entry.build_time] as const]),
    ['files', files],
    ['artifact_id', entry.artifact_id],
    ['packer_run_uuid', entry.packer_run_uuid],
    ['custom_data', data && new Map(keys.map((key) => [key, data[key] ?? '']))],
    ...(entry.sources === undefined ? [] : [['sources', goValue(entry.sources)] as const]),
  ]);
}

/** The manifest's text, byte for byte as Packer writes it; without a line end at its end. */
export function writeManifest(manifest: Manifest): string {
  return goJson(
    new Map<string, GoValue>([
      ['builds', manifest.builds.map(entryValue)],
      ['last_run_uuid', manifest.lastRunUuid],
    ]),
  );
}
