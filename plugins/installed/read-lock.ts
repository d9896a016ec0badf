import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorAt } from '../../core/diagnostics/complain.ts';
import { pointerToken } from '../../core/diagnostics/pointer.ts';
import type { Finding } from '../../core/diagnostics/finding.ts';
import { TemplateError, UsageError } from '../../core/errors/errors.ts';
import type { JsonObject } from '../../core/contract/json.ts';
import { isList, isObject } from '../../core/json/guards.ts';
import { parseJsonSource, type JsonSource } from '../../core/template/json-source.ts';
import { locateAll } from '../../core/template/locate.ts';
import { TYPE_NAME, pluginKindNames } from '../manifest/kinds.ts';
import { LOCK_NAME, LOCK_VERSION, type Lock, type LockedPlugin } from './lock.ts';

/** Where the lock file of a template is; that of the working directory for standard input. */
export function lockPath(template: string): string {
  return join(template === '-' ? process.cwd() : dirname(template), LOCK_NAME);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'PLUGIN_LOCK',
      cause,
    });
  }
}

const HINT =
  'remove the plugin with "kiln plugins remove" and install it again, or take the file out of your version control';

function isTypes(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.entries(value).every(
      ([kind, types]) =>
        pluginKindNames.some((known) => known === kind) &&
        isList(types) &&
        types.every((type) => typeof type === 'string' && TYPE_NAME.test(type)),
    )
  );
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

/** What is wrong with an entry; undefined when nothing is. */
function faultOf(value: unknown): string | undefined {
  if (!isObject(value)) return 'has to be an object';
  const { version, source, link, integrity, components, packages } = value;
  if (typeof version !== 'string' || typeof source !== 'string') return 'has to have a "version" and a "source"';
  if (!isText(link) || !isText(integrity)) return 'has a "link" or an "integrity" that is no text';
  if ((link === undefined) === (integrity === undefined)) return 'has to have an "integrity" or a "link", one of them';
  if (typeof integrity === 'string' && !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity))
    return 'has an "integrity" that is no digest';
  if (!isTypes(components)) return 'has "components" that are none';
  return packages === undefined || isObject(packages) ? undefined : 'has "packages" that are none';
}

function findingsOf(source: JsonSource): readonly Finding[] {
  if (source.findings.length > 0) return source.findings;
  const { value } = source;
  const complain = (pointer: string, message: string): Finding =>
    errorAt('PLUGIN_LOCK', pointer, message, { hint: HINT });
  if (!isObject(value) || !isObject(value['plugins'])) return [complain('', 'the lock file has no object "plugins"')];
  if (value['lockVersion'] !== LOCK_VERSION) {
    const hint = 'a newer Kiln has written it: install that one, or install the plugins again';
    return [errorAt('PLUGIN_LOCK', '/lockVersion', `this Kiln reads lock files of version ${LOCK_VERSION}`, { hint })];
  }
  return Object.entries(value['plugins']).flatMap(([name, entry]) => {
    const fault = faultOf(entry);
    return fault === undefined ? [] : [complain(`/plugins/${pointerToken(name)}`, `the plugin "${name}" ${fault}`)];
  });
}

/** The lock that a run was made with, of what was written down of it; entries that are none are left out. */
export function lockedAgain({ path, plugins }: JsonObject): Lock {
  const entries = Object.entries(isObject(plugins) ? plugins : {}).filter(([, entry]) => faultOf(entry) === undefined);
  return {
    path: typeof path === 'string' ? path : '',
    plugins: new Map(entries as unknown as readonly (readonly [string, LockedPlugin])[]),
  };
}

/** What a run's plugins were granted, of what was written down of it. */
export function grantedAgain({ grants }: JsonObject): ReadonlyMap<string, readonly string[]> {
  const entries = Object.entries(isObject(grants) ? grants : {});
  return new Map(
    entries.map(([name, names]) => [name, isList(names) ? names.filter((each) => typeof each === 'string') : []]),
  );
}

/** What a lock file pins in which nothing is wrong; without places of what is, that is read in a tenth of the time. */
function wholePlugins(text: string): Readonly<Record<string, LockedPlugin>> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    if (!isObject(value) || value['lockVersion'] !== LOCK_VERSION || !isObject(value['plugins'])) return undefined;
    const { plugins } = value;
    const isWhole = Object.values(plugins).every((entry) => faultOf(entry) === undefined);
    return isWhole ? (plugins as unknown as Readonly<Record<string, LockedPlugin>>) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads a lock file; one that is not there pins nothing. Throws `TemplateError` with located diagnostics when it is wrong, and
 * `UsageError` PLUGIN_LOCK when it cannot be read.
 */
export function readLock(path: string): Lock {
  const text = textOf(path);
  if (text === undefined) return { path, plugins: new Map() };
  const whole = wholePlugins(text);
  if (whole !== undefined) return { path, plugins: new Map(Object.entries(whole)) };
  const source = parseJsonSource(path, text);
  const findings = findingsOf(source);
  if (findings.length > 0) throw new TemplateError(locateAll(source, findings));
  const { plugins } = source.value as unknown as { readonly plugins: Readonly<Record<string, LockedPlugin>> };
  return { path, plugins: new Map(Object.entries(plugins)) };
}
