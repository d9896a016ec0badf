import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject, JsonValue } from '../../../core/contract/json.ts';
import { isObject } from '../../../core/json/guards.ts';
import { newId } from '../../../core/text/new-id.ts';
import { ProtocolFault } from '../protocol/fault.ts';

/** A thing that a plugin made while it was checked. */
export interface PretendedThing {
  readonly token: string;
  readonly resource: string;
  readonly locator: JsonValue;
  /** Undefined when the plugin never said that it is there. */
  id: JsonValue | undefined;
  isKept: boolean;
}

/** Kiln as a plugin under check sees it: a run with a guest in which every command succeeds. */
export interface PretendHost extends AsyncDisposable {
  /** How the run is named. */
  readonly handle: string;
  readonly things: PretendedThing[];
  /** What was called, once each. */
  readonly called: ReadonlySet<string>;
  /** Answers a call; throws `ProtocolFault` for what makes no sense now. */
  answer(method: string, params: JsonObject): Promise<JsonObject>;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Opens a pretended run; `resources` are those of the component under check. Its directory goes when it is disposed of. */
export async function pretendHost(resources: readonly string[]): Promise<PretendHost> {
  const directory = await mkdtemp(join(tmpdir(), 'kiln-check-'));
  const handle = newId();
  const things: PretendedThing[] = [];
  const called = new Set<string>();
  let counted = 0;

  const thing = (params: JsonObject): PretendedThing => {
    const found = things.find(({ token }) => token === params['token']);
    if (found === undefined)
      throw new ProtocolFault(`there is no resource with the token "${textOf(params['token'])}"`);
    return found;
  };
  const acquire = ({ resource, locator = null }: JsonObject): JsonObject => {
    const name = textOf(resource);
    if (!resources.includes(name)) throw new ProtocolFault(`the manifest has no resource "${name}"`);
    const token = newId();
    things.push({ token, resource: name, locator, id: undefined, isKept: false });
    return { token };
  };
  const made = (params: JsonObject): JsonObject => {
    thing(params).id = params['id'] ?? null;
    return {};
  };
  const keep = ({ tokens }: JsonObject): JsonObject => {
    for (const token of tokens as readonly string[]) thing({ token }).isKept = true;
    return {};
  };
  const exec = ({ stdout, stderr }: JsonObject): JsonObject => ({
    exitStatus: 0,
    disconnected: false,
    outputTail: '',
    ...(stdout === 'text' ? { stdout: '' } : {}),
    ...(stderr === 'text' ? { stderr: '' } : {}),
  });
  const stage = (): JsonObject => {
    counted += 1;
    return { stage: counted, path: join(directory, `output-${counted}`) };
  };
  const download = async ({ destination }: JsonObject): Promise<JsonObject> => {
    await writeFile(textOf(destination), '', { flag: 'wx' }).catch(() => undefined);
    return {};
  };
  const answers: ReadonlyMap<string, (params: JsonObject) => JsonObject | Promise<JsonObject>> = new Map([
    ['ask', () => ({ answer: '' })],
    ['render', ({ text }) => ({ text: textOf(text) })],
    ['temporaryDirectory', () => ({ path: directory })],
    ['step.start', () => ({ step: (counted += 1) })],
    ['step.end', () => ({ again: false })],
    ['resource.acquire', acquire],
    ['resource.made', made],
    ['resource.failed', () => ({})],
    ['resource.release', (params) => ((thing(params).isKept = true), {})],
    ['resource.keep', keep],
    ['resource.adopt', () => ({ found: false })],
    ['checkpoint', () => ({})],
    ['stage.open', stage],
    ['stage.publish', ({ stage: number }) => ({ path: join(directory, `output-${Number(number)}`) })],
    ['guest.provision', () => ({})],
    ['guest.exec', exec],
    ['guest.upload', () => ({})],
    ['guest.uploadTree', () => ({})],
    ['guest.download', download],
    ['guest.downloadTree', () => ({ files: [] })],
    ['guest.reconnect', () => ({})],
  ] as const satisfies readonly (readonly [string, (params: JsonObject) => JsonObject | Promise<JsonObject>])[]);
  return {
    handle,
    things,
    called,
    answer: async (method, params) => {
      called.add(method);
      if (params['run'] !== handle) throw new ProtocolFault(`there is no run "${textOf(params['run'])}"`);
      const answer = answers.get(method);
      if (answer === undefined) throw new ProtocolFault(`"${method}" is not for a plugin to call`);
      if (isObject(params['stdin']) || isObject(params['stdout'])) called.add('stream');
      return answer(params);
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
