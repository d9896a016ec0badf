import { isList, isObject } from '../../json/guards.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';

/** A post-processor's record had three flags: two of what becomes of the input, and `made` of whether the artifact is new. */
function postProcessedOf({ keepByDefault, contained, made, ...rest }: JsonObject): JsonObject {
  if (![keepByDefault, contained, made].every((flag) => typeof flag === 'boolean')) return rest;
  const { artifact = null } = rest;
  return {
    ...rest,
    artifact: artifact === null || made === true ? artifact : 'input',
    input: contained === true ? 'contained' : keepByDefault === true ? 'keep' : 'discard',
  };
}

/** The properties of a whole artifact in which its system disk was described, as facts of `Artifact.disks`. */
function diskFacts({ firmware, architecture = '', efiVars = '' }: JsonObject): JsonObject {
  const bootsWith = firmware === 'efi' ? ['uefi'] : firmware === 'bios' ? ['bios'] : firmware;
  return {
    ...(isList(bootsWith) ? { firmware: bootsWith } : {}),
    ...(architecture === '' ? {} : { architecture }),
    ...(efiVars === '' ? {} : { firmwareVariables: efiVars }),
  };
}

/** An artifact had its disks among its properties; one of a single file did not name it again. */
function artifactOf(artifact: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(artifact) || artifact['disks'] !== undefined) return artifact;
  const { files, properties } = artifact;
  if (!isList(files) || !isObject(properties)) return artifact;
  const { disk: path = files.length === 1 ? files[0] : undefined, format, virtualSize, disks } = properties;
  if (typeof path !== 'string' || typeof format !== 'string' || typeof virtualSize !== 'number') return artifact;
  const system = { path, format, virtualSize, ...diskFacts(properties) };
  return { ...artifact, disks: [system, ...(isList(disks) ? disks.slice(1) : [])] };
}

/** An intent had its locator by the name of `hints`, and an empty build when the thing was the run's own. */
function intentOf({ hints, build, ...rest }: JsonObject): JsonObject {
  return {
    ...rest,
    ...(hints === undefined ? {} : { locator: hints }),
    ...(build === undefined || build === '' ? {} : { build }),
  };
}

/** A journal's line as this version writes it: runs that an older Kiln began are resumed and cleared up by this one. */
export function inTodaysWords(line: unknown): unknown {
  if (!isObject(line)) return line;
  if (line['record'] === 'intent') return intentOf(line);
  const artifact = artifactOf(line['artifact']);
  const known = artifact === undefined ? line : { ...line, artifact };
  return line['record'] === 'post-processed' && line['input'] === undefined ? postProcessedOf(known) : known;
}
