import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemplateError, UsageError } from '../../core/errors/errors.ts';
import type { Finding } from '../../core/diagnostics/finding.ts';
import { parseJsonSource } from '../../core/template/json-source.ts';
import { locateAll } from '../../core/template/locate.ts';
import { objectAt } from './checks.ts';
import type { Manifest } from './manifest.ts';
import { parseManifest, topOf } from './parse-manifest.ts';

const OWN_FILE = 'kiln-plugin.json';
const PACKAGE_FILE = 'package.json';

/** Path of the file of a folder that has its manifest; undefined when the folder is no plugin. */
export function manifestFile(folder: string): string | undefined {
  return [OWN_FILE, PACKAGE_FILE].map((name) => join(folder, name)).find((path) => existsSync(path));
}

function noPlugin(folder: string, why: string): UsageError {
  return new UsageError(`${folder} is no plugin: ${why}`, {
    code: 'PLUGIN_MANIFEST',
    hint: 'a plugin has an object "kiln" in its package.json, or a file kiln-plugin.json',
  });
}

/**
 * Reads what a plugin says of itself: the object "kiln" of `package.json`, or `kiln-plugin.json`. Runs nothing of it. Throws
 * `TemplateError` with located diagnostics when it is wrong, and `UsageError` PLUGIN_MANIFEST when there is none.
 */
export function readManifest(folder: string): Manifest {
  const path = manifestFile(folder);
  if (path === undefined) throw noPlugin(folder, 'there is neither a package.json nor a kiln-plugin.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`${path} cannot be read: ${String(cause)}`, { code: 'PLUGIN_MANIFEST', cause });
  }
  const source = parseJsonSource(path, text);
  const findings: Finding[] = [...source.findings];
  const isPackage = path.endsWith(PACKAGE_FILE);
  const file = topOf(source.value, findings);
  if (findings.length === 0 && isPackage && !Object.hasOwn(file.object, 'kiln'))
    throw noPlugin(folder, 'its package.json has no "kiln"');
  if (findings.length > 0) throw new TemplateError(locateAll(source, findings));
  const manifest = parseManifest(file, isPackage ? objectAt(file, 'kiln') : file);
  if (findings.length > 0) throw new TemplateError(locateAll(source, findings));
  return manifest;
}
