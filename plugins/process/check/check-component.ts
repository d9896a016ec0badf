import { isDeepStrictEqual } from 'node:util';
import type { ComponentSchema } from '../../../core/contract/component.ts';
import type { JsonObject, JsonValue } from '../../../core/contract/json.ts';
import { componentValidator, decodeAndValidate } from '../../../core/schema/validate.ts';
import { pluginKinds } from '../../manifest/kinds.ts';
import type { ManifestComponent } from '../../manifest/manifest.ts';
import type { Answer } from '../protocol/peer.ts';
import { errorNumbers } from '../protocol/wire-error.ts';
import type { PretendHost } from './pretend-host.ts';

/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  /** What is wrong; undefined when nothing is. */
  readonly fault?: string;
  readonly hint?: string;
}

/** Asks the plugin something; throws what is wrong with the answer. */
export type Ask = (method: string, params: JsonObject) => Promise<Answer>;

const METHODS = {
  builder: 'build',
  provisioner: 'provision',
  'post-processor': 'postProcess',
  'data-source': 'fetch',
} as const;
const WORDS = {
  builders: 'builder',
  provisioners: 'provisioner',
  'post-processors': 'post-processor',
  data: 'data-source',
} as const;

/** What the protocol calls the component. */
function wordFor({ kind }: Pick<ManifestComponent, 'kind'>): keyof typeof METHODS {
  if (!Object.hasOwn(WORDS, kind)) throw new Error(`the protocol has no word for ${kind}`);
  return WORDS[kind as keyof typeof WORDS];
}

export function nameOf({ kind, type }: Pick<ManifestComponent, 'kind' | 'type'>): string {
  return `${pluginKinds[kind].word} ${type}`;
}

async function ask(finding: string, work: () => Promise<Answer>): Promise<Finding> {
  try {
    const answer = await work();
    return 'error' in answer ? { what: finding, fault: answer.error.message } : { what: finding };
  } catch (error) {
    return { what: finding, fault: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether the plugin has the same schema of a component as its manifest; nothing when it does not tell. */
export async function checkSchema(
  component: ManifestComponent,
  schema: ComponentSchema,
  askFor: Ask,
): Promise<readonly Finding[]> {
  const { type } = component;
  const what = `the plugin's own schema of the ${nameOf(component)} is that of its file`;
  const answer = await askFor('schema', { kind: wordFor(component), type }).catch((error: unknown) => ({
    error: { code: 0, message: error instanceof Error ? error.message : String(error) },
  }));
  if ('error' in answer) {
    return answer.error.code === errorNumbers.methodNotFound ? [] : [{ what, fault: answer.error.message }];
  }
  if (isDeepStrictEqual(answer.result['schema'], schema)) return [{ what }];
  return [{ what, fault: 'they differ', hint: 'Kiln goes by the file that the manifest names' }];
}

/** The configuration that options make; a fault when the schema refuses them. */
async function configure(
  component: ManifestComponent,
  schema: ComponentSchema,
  options: JsonObject,
): Promise<{ readonly config: JsonObject } | { readonly fault: string }> {
  const validator = await componentValidator(wordFor(component), component.type, schema);
  const { config, findings } = decodeAndValidate(validator, [{ config: options, pointer: '' }], '', new Set());
  const [first] = findings;
  return first === undefined ? { config } : { fault: `${first.pointer} ${first.message}`.trim() };
}

const artifact: JsonObject = {
  builderId: 'kiln.check',
  id: 'check',
  description: 'What kiln plugins check gives to post-processors',
  files: [],
  properties: {},
};

function contextOf(word: string): JsonObject {
  const common = { buildName: 'check', builderType: 'check', runId: 'check', debugMode: false, canAsk: false };
  if (word !== 'provisioner') return { ...common, force: false, cacheDirectory: '/nonexistent' };
  return { ...common, environment: {}, data: {}, guest: { kind: 'ssh', terminal: false } };
}

/** Gives back what the plugin made, as Kiln does: by its id or, without one, by its token; and once more. */
async function giveBack({ type }: ManifestComponent, host: PretendHost, askFor: Ask): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const look = async (token: string, resource: string, locator: JsonValue): Promise<readonly JsonValue[]> => {
    const answer = await askFor('find', { resource, token, locator });
    if ('error' in answer) throw new Error(answer.error.message);
    return answer.result['ids'] as readonly JsonValue[];
  };
  for (const thing of host.things.toReversed()) {
    const resource = `${type}:${thing.resource}`;
    const release = (id: JsonValue): Promise<Answer> => askFor('release', { resource, id, locator: thing.locator });
    const ids = await look(thing.token, resource, thing.locator).catch(() => []);
    findings.push({
      what: `a ${resource} is found by its token`,
      ...(ids.length > 0 ? {} : { fault: '"find" answers with no id', hint: 'mark what is made with the token' }),
    });
    for (const id of thing.id === undefined ? ids : [thing.id]) {
      findings.push(await ask(`a ${resource} is given back`, () => release(id)));
      findings.push(await ask(`a ${resource} that has gone is given back without complaint`, () => release(id)));
    }
    const left = await look(thing.token, resource, thing.locator).catch(() => []);
    findings.push({
      what: `a ${resource} that was given back is not found any more`,
      ...(left.length === 0 ? {} : { fault: '"find" still answers with its id' }),
    });
  }
  return findings;
}

/** Runs a component with the options that its author gives, on a pretended host, and gives back all that it made. */
export async function checkRun(
  component: ManifestComponent,
  schema: ComponentSchema,
  options: JsonObject,
  { askFor, host }: { readonly askFor: Ask; readonly host: PretendHost },
): Promise<readonly Finding[]> {
  const { type, process } = component;
  const word = wordFor(component);
  const configured = await configure(component, schema, options);
  const what = `the ${nameOf(component)} takes the options that were given`;
  if ('fault' in configured) return [{ what, fault: configured.fault }];
  const { config } = configured;
  const findings: Finding[] = [{ what }];
  if (process?.prepare === true) {
    const build = word === 'data-source' ? {} : { buildName: 'check', builderType: 'check', force: false };
    const params = { kind: word, type, config, ...build };
    findings.push(await ask(`the ${nameOf(component)} checks its options`, () => askFor('prepare', params)));
  }
  const run = { run: host.handle, context: contextOf(word) };
  const more = {
    builder: run,
    provisioner: run,
    'post-processor': { ...run, input: artifact },
    'data-source': { name: 'check' },
  } as const;
  findings.push(
    await ask(`the ${nameOf(component)} does its work`, () => askFor(METHODS[word], { type, config, ...more[word] })),
  );
  return [...findings, ...(await giveBack(component, host, askFor))];
}
