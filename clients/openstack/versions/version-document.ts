import { isObject, objectsAt, textAt, type JsonObject } from '../guards.ts';

/** The microversions that a service speaks: "2.1" to "2.93". */
export interface MicroversionRange {
  readonly lowest: string;
  readonly highest: string;
}

function rangeOf(version: JsonObject): MicroversionRange | undefined {
  // Keystone's discovery calls it "max_version", Nova and Cinder "version"; both are "" where there are none.
  const highest = textAt(version, 'max_version') ?? textAt(version, 'version');
  const lowest = textAt(version, 'min_version');
  return highest === undefined || lowest === undefined ? undefined : { lowest, highest };
}

function major(version: string): string {
  return version.replace(/^v/i, '').replace(/\..*$/, '');
}

/**
 * The microversions in a version document, one version's or a list of them, whichever status it came with; `version`
 * is the one in use: "v2.1". Undefined when the service has none.
 */
export function microversionsIn(document: unknown, version: string): MicroversionRange | undefined {
  const single = isObject(document) && isObject(document['version']) ? [document['version']] : [];
  const nested = isObject(document) && isObject(document['versions']) ? objectsAt(document['versions'], 'values') : [];
  const all = [...single, ...objectsAt(document, 'versions'), ...nested];
  const exact = all.find((each) => textAt(each, 'id') === version);
  const found = exact ?? all.find((each) => major(textAt(each, 'id') ?? '') === major(version) && rangeOf(each));
  return found === undefined ? undefined : rangeOf(found);
}
