import { isList, isObject, StepError, type JsonObject, type JsonValue } from '../../plugins/sdk/index.ts';

/** A box as a catalogue has it. */
export interface CatalogueEntry {
  readonly name: string;
  readonly description: string | undefined;
  readonly version: string;
  readonly provider: string;
  readonly architecture: string;
  readonly url: string;
  /** SHA-256 in hex. */
  readonly checksum: string;
}

function refuse(path: string, reason: string): never {
  throw new StepError(`${path} is not a box catalogue: ${reason}`, {
    code: 'VAGRANT_CATALOGUE',
    pointer: '/catalogue',
    hint: 'mend or remove the file, or name another; it was left as it is',
  });
}

function objects(value: JsonValue | undefined, what: string, path: string): readonly JsonObject[] {
  if (value === undefined) return [];
  if (!isList(value) || !value.every(isObject)) return refuse(path, `${what} is no list of objects`);
  return value;
}

function readCatalogue(text: string, path: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : refuse(path, 'it is no JSON object');
  } catch (error) {
    if (error instanceof SyntaxError) return refuse(path, 'it is no JSON');
    throw error;
  }
}

/** The list with `entry` in the place of the one that `isSame`, or at its end. */
function put(
  list: readonly JsonObject[],
  entry: JsonObject,
  isSame: (each: JsonObject) => boolean,
): readonly JsonObject[] {
  return list.some(isSame) ? list.map((each) => (isSame(each) ? entry : each)) : [...list, entry];
}

function withProvider(version: JsonObject, entry: CatalogueEntry, path: string): JsonObject {
  const { provider, architecture, url, checksum } = entry;
  const known = objects(version['providers'], 'providers', path);
  const isSame = (each: JsonObject): boolean =>
    each['name'] === provider && (each['architecture'] ?? architecture) === architecture;
  const others = known.filter((each) => each['name'] === provider && !isSame(each));
  const described = {
    name: provider,
    url,
    checksum_type: 'sha256',
    checksum,
    architecture,
    default_architecture: !others.some((each) => each['default_architecture'] === true),
  };
  return { ...version, providers: put(known, described, isSame) };
}

/**
 * The catalogue's text with the box in it, in the place of one of the same version, provider and architecture; the rest
 * stays. `existing` is undefined for a new one. Throws `StepError` VAGRANT_CATALOGUE for what is no catalogue, or one of another box.
 */
export function addToCatalogue(existing: string | undefined, entry: CatalogueEntry, path: string): string {
  const catalogue: JsonObject = existing === undefined ? {} : readCatalogue(existing, path);
  const { name = entry.name, description = '', versions, ...rest } = catalogue;
  if (name !== entry.name) {
    throw new StepError(`${path} is the catalogue of ${JSON.stringify(name)}, and the box is ${entry.name}`, {
      code: 'VAGRANT_CATALOGUE',
      pointer: '/box_name',
      hint: 'each box has a catalogue of its own',
    });
  }
  const known = objects(versions, 'versions', path);
  const isSame = (each: JsonObject): boolean => each['version'] === entry.version;
  const version = withProvider(known.find(isSame) ?? { version: entry.version }, entry, path);
  const merged = {
    name,
    description: entry.description ?? description,
    ...rest,
    versions: put(known, version, isSame),
  };
  return `${JSON.stringify(merged, undefined, 2)}\n`;
}
