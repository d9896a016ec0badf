import { join } from 'node:path';
import type { ComponentSchema } from '../../../core/contract/component.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import { isObject } from '../../../core/json/guards.ts';
import { readSchema } from '../../../core/schema/read-schema.ts';
import type { Manifest, ManifestComponent } from '../../manifest/manifest.ts';
import { commandOf } from '../index.ts';
import { startPluginProcess, type PluginProcess } from '../host/plugin-process.ts';
import { errorNumbers } from '../protocol/wire-error.ts';
import { checkRun, checkSchema, nameOf, type Ask, type Finding } from './check-component.ts';
import { pretendHost, type PretendHost } from './pretend-host.ts';

export type { Finding } from './check-component.ts';

const ANSWER_MILLISECONDS = 60_000;
const END_MILLISECONDS = 2000;

/** What is checked besides what costs nothing. */
export interface CheckOptions {
  /** Absolute. */
  readonly folder: string;
  readonly kilnVersion: string;
  /** Options by the types of components: those that are named are run. */
  readonly options: JsonObject;
  /** Called with each finding as it comes. */
  readonly onFinding: (finding: Finding) => void;
  /** A line that the plugin wrote to its standard error. */
  readonly onLog: (line: string) => void;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function within<T>(what: string, milliseconds: number, work: Promise<T>): Promise<T> {
  let clock: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    clock = setTimeout(() => reject(new Error(`${what} was not answered in ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(clock);
  }
}

async function schemaOf(component: ManifestComponent, folder: string): Promise<ComponentSchema | Finding> {
  try {
    return await readSchema(join(folder, component.schema ?? ''));
  } catch (error) {
    return { what: `the schema of the ${nameOf(component)} can be read`, fault: reasonOf(error) };
  }
}

/** Whether a plugin that is asked for what there is not says so and lives. */
async function checkUnknown(ask: Ask): Promise<Finding> {
  const what = 'a method that there is not is answered with the error -32601';
  try {
    const answer = await ask('kiln.check', {});
    if ('result' in answer) return { what, fault: 'it is answered with a result' };
    const { code } = answer.error;
    return code === errorNumbers.methodNotFound ? { what } : { what, fault: `it is answered with the error ${code}` };
  } catch (error) {
    return { what, fault: reasonOf(error), hint: 'a newer Kiln may ask for more: answer with an error' };
  }
}

async function checkEnd(plugin: PluginProcess): Promise<Finding> {
  const started = performance.now();
  await plugin.end();
  const took = performance.now() - started;
  const what = 'it ends when its standard input does';
  return took < END_MILLISECONDS ? { what } : { what, fault: `it had to be ended after ${END_MILLISECONDS / 1000} s` };
}

/**
 * Plays Kiln's side for a plugin with a process of its own: starts it, asks it what Kiln would, and tells of all that is wrong
 * by `onFinding`. Components run only for which there are options, on a guest that is none. Resolves with whether all is
 * well; never rejects for what the plugin does.
 */
export async function checkPlugin(manifest: Manifest, check: CheckOptions): Promise<boolean> {
  const { folder, kilnVersion, options, onLog } = check;
  let isWell = true;
  const tell = (...findings: readonly Finding[]): void => {
    for (const finding of findings) {
      isWell &&= finding.fault === undefined;
      check.onFinding(finding);
    }
  };
  let host: PretendHost | undefined;
  let plugin: PluginProcess;
  const greeted = 'it starts and agrees on a version of the protocol';
  try {
    plugin = await startPluginProcess({
      name: manifest.name,
      version: kilnVersion,
      command: commandOf(manifest.command ?? [], folder),
      env: [],
      log: onLog,
      odd: (what) => tell({ what: 'it keeps to the protocol', fault: `it ${what}` }),
      answer: async (method, params) => {
        if (host === undefined) throw new Error('nothing is running');
        return host.answer(method, params);
      },
      notice: () => undefined,
      tell: (error) => ({ code: errorNumbers.failed, message: reasonOf(error) }),
    });
    tell({ what: greeted });
  } catch (error) {
    tell({ what: greeted, fault: reasonOf(error) });
    return false;
  }
  const ask: Ask = (method, params) => within(`"${method}"`, ANSWER_MILLISECONDS, plugin.ask(method, params));
  tell(await checkUnknown(ask));
  for (const component of manifest.components.filter(({ schema }) => schema !== undefined)) {
    if (!plugin.isUsable()) break;
    const schema = await schemaOf(component, folder);
    if ('what' in schema) {
      tell(schema as Finding);
      continue;
    }
    tell({ what: `the schema of the ${nameOf(component)} can be read` });
    tell(...(await checkSchema(component, schema, ask)));
    const given = options[component.type];
    if (!isObject(given)) continue;
    await using opened = await pretendHost(component.process?.resources ?? []);
    host = opened;
    tell(...(await checkRun(component, schema, given, { askFor: ask, host })));
    host = undefined;
  }
  tell(await checkEnd(plugin));
  return isWell;
}
