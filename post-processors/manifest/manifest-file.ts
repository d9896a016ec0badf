import { isList, isObject, type JsonValue } from '../../plugins/sdk/index.ts';
import { goJson, type GoValue } from './go-json.ts';

export interface ManifestEntry {
  readonly name: string;
  readonly builder_type: string;
  /** Seconds since the epoch; 0 is not written. */
  readonly build_time: number;
  readonly files: readonly { readonly name: string; readonly size: number }[] | null;
  readonly artifact_id: string;
  readonly packer_run_uuid: string;
  readonly custom_data: Readonly<Record<string, string>> | null;
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
    return { name: text(file['name'], `${here}.name`), size: whole(file['size'], `${here}.size`) };
  });
}

function readCustomData(value: JsonValue | undefined, what: string): ManifestEntry['custom_data'] {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw new Error(`${what} is not an object`);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, text(item, `${what}.${key}`)]));
}

function readEntry(value: JsonValue, what: string): ManifestEntry {
  if (!isObject(value)) throw new Error(`${what} is not an object`);
  return {
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

function entryValue(entry: ManifestEntry): GoValue {
  const { custom_data: data } = entry;
  const files = entry.files?.map((file) => new Map<string, GoValue>(Object.entries(file))) ?? null;
  const keys = data === null ? [] : Object.keys(data).sort(byBytes);
  return new Map<string, GoValue>([
    ['name', entry.name],
    ['builder_type', entry.builder_type],
    ...(entry.build_time === 0 ? [] : [['build_time', entry.build_time] as const]),
    ['files', files],
    ['artifact_id', entry.artifact_id],
    ['packer_run_uuid', entry.packer_run_uuid],
    ['custom_data', data && new Map(keys.map((key) => [key, data[key] ?? '']))],
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
