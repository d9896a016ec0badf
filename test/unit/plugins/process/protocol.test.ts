import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { root } from '../../../../core/dev/components.ts';
import { definitionName } from '../../../../core/dev/protocol-page.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { answerCall, noticeCall } from '../../../../plugins/process/calls/calls.ts';
import type { RunCall } from '../../../../plugins/process/calls/run-call.ts';
import { checkMessage, resultCheck } from '../../../../plugins/process/protocol/check-message.ts';
import schema from '../../../../plugins/process/protocol/protocol.schema.json' with { type: 'json' };
import type { Artifact } from '../../../../plugins/sdk/index.ts';
import { fakeGuest, runBuilder, runPostProcessor, runProvisioner } from '../../../../plugins/sdk/testing.ts';
import { pluginIn } from '../../../support/plugins/process-plugin.ts';

interface Said {
  readonly from: 'kiln' | 'plugin';
  readonly message: JsonObject;
}

/** What is wrong with a conversation: messages that the schema refuses, results that are not of their request's form. */
function faultsIn(conversation: readonly Said[]): readonly string[] {
  const asked = new Map<string, string>();
  return conversation.flatMap(({ from, message }) => {
    const fault = checkMessage(message);
    if (fault !== undefined) return [`${JSON.stringify(message)}: ${fault}`];
    const { id, method, params, result } = message;
    const about = typeof method === 'string' ? descriptionOf(method) : '';
    if (about.includes(from === 'kiln' ? ', from the plugin.' : ', from Kiln.'))
      return [`${JSON.stringify(method)} from ${from}`];
    if (typeof method === 'string' && id !== undefined) asked.set(`${from} ${JSON.stringify(id)}`, method);
    if (method !== undefined) return params === undefined ? [`${JSON.stringify(method)} has no params`] : [];
    const question = asked.get(`${from === 'kiln' ? 'plugin' : 'kiln'} ${JSON.stringify(id)}`);
    if (question === undefined) return [`nobody asked for ${JSON.stringify(message)}`];
    const wrong = result === undefined ? undefined : resultCheck(question)?.(result);
    return wrong === undefined ? [] : [`the result of ${question}: ${wrong}`];
  });
}

const definitions: Readonly<Record<string, { readonly description?: string }>> = schema.definitions;
const methods = schema.allOf.map((rule) => rule.if.properties.method.const);

function descriptionOf(method: string): string {
  return definitions[`${definitionName(method)}Params`]?.description ?? '';
}

describe('docs/plugin-protocol.md', () => {
  const page = readFileSync(join(root, 'docs/plugin-protocol.md'), 'utf8');
  const blocks = [...page.matchAll(/```text\n([^`]*)```/g)].map(([, text = '']) => text.trimEnd().split('\n'));

  test('has conversations in which every message is as the schema says', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(4);
    for (const block of blocks) {
      const said = block.map((line) => ({
        from: line.startsWith('→') ? ('kiln' as const) : ('plugin' as const),
        message: JSON.parse(line.slice(2)) as JsonObject,
      }));
      expect(faultsIn(said)).toEqual([]);
    }
  });

  test('has a section of every method', () => {
    for (const method of methods) expect(page).toContain(`\n#### ${method}\n`);
  });
});

describe('the schema of messages', () => {
  test('has params of each method, and no results of others', () => {
    expect(new Set(methods).size).toBe(methods.length);
    expect(methods.toSorted()).toEqual(schema.properties.method.enum.toSorted());
    for (const method of methods)
      expect(descriptionOf(method)).toMatch(/^`.*`, (from Kiln|from the plugin|either way)\. /);
  });

  test('knows each call that a plugin may make, and the host answers each', async () => {
    const call = { things: new Map(), making: new Map(), steps: new Map(), stages: new Map() } as unknown as RunCall;
    const streams = undefined as never;
    for (const method of methods.filter((each) => descriptionOf(each).includes('from the plugin'))) {
      const isRequest = resultCheck(method) !== undefined;
      const work = async (): Promise<unknown> =>
        isRequest
          ? answerCall(call, method, {}, { signal: AbortSignal.abort(), streams })
          : noticeCall(call, method, {});
      const message = await work().then(
        () => '',
        (error: unknown) => (error instanceof Error ? error.message : ''),
      );
      expect(message).not.toContain('is not for a plugin to call');
    }
  });

  test.each([
    ['no version', { id: 1, result: {} }],
    ['a method that there is not', { jsonrpc: '2.0', id: 1, method: 'shout', params: {} }],
    [
      'a request without an id',
      { jsonrpc: '2.0', method: 'initialize', params: { protocol: [1], kiln: '', plugin: '' } },
    ],
    ['misspelt params', { jsonrpc: '2.0', method: 'say', params: { run: 'r', txt: 'x' } }],
    ['a result and an error', { jsonrpc: '2.0', id: 1, result: {}, error: { code: 1, message: '' } }],
    [
      'two sources of an upload',
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'guest.upload',
        params: { run: 'r', destination: '/x', source: '/y', content: '' },
      },
    ],
  ])('refuses %s', (_, message) => {
    expect(checkMessage(message)).toBeDefined();
  });
});

test('all that Kiln and the plugin in Python say is as the schema says', { timeout: 60_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'kiln-traffic-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const example = join(root, 'examples/plugins/python');
  const manifest = JSON.parse(await readFile(join(example, 'kiln-plugin.json'), 'utf8')) as JsonObject;
  // Both directions in one file, in the order in which they pass.
  const spy = `
import json, subprocess, sys, threading
log, lock = open(${JSON.stringify(join(directory, 'log'))}, "a"), threading.Lock()
child = subprocess.Popen(["python3", ${JSON.stringify(join(example, 'plugin.py'))}], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
def pass_on(source, sink, who):
    for line in source:
        with lock: log.write(json.dumps({"from": who, "message": json.loads(line)}) + "\\n"); log.flush()
        sink.write(line); sink.flush()
    if sink is not sys.stdout.buffer: sink.close()
threading.Thread(target=pass_on, args=(sys.stdin.buffer, child.stdin, "kiln")).start()
pass_on(child.stdout, sys.stdout.buffer, "plugin")
`;
  await writeFile(join(directory, 'spy.py'), spy);
  await writeFile(
    join(directory, 'kiln-plugin.json'),
    JSON.stringify({ ...manifest, command: ['python3', './spy.py'] }),
  );
  for (const type of ['cloudlet', 'motd', 'notes']) {
    await writeFile(join(directory, `${type}.json`), await readFile(join(example, type, 'schema.json')));
  }
  const text = await readFile(join(directory, 'kiln-plugin.json'), 'utf8');
  await writeFile(join(directory, 'kiln-plugin.json'), text.replaceAll('/schema.json', '.json'));
  const plugin = await pluginIn(directory);
  const artifact: Artifact = { builderId: 'x', id: 'i', description: 'An image', files: [], properties: {} };
  await runBuilder(await plugin('builders', 'cloudlet'), { cloud: directory });
  await runProvisioner(
    await plugin('provisioners', 'motd'),
    { text: 'x', show: true },
    { guest: fakeGuest(() => ({ exitStatus: 1 })) },
  );
  await runPostProcessor(await plugin('post-processors', 'notes'), { output: join(directory, 'notes') }, { artifact });
  const log = (await readFile(join(directory, 'log'), 'utf8')).trimEnd().split('\n');
  const said = log.map((line) => JSON.parse(line) as Said);
  expect(faultsIn(said)).toEqual([]);
  const used = new Set(
    said.flatMap(({ message }) => (typeof message['method'] === 'string' ? [message['method']] : [])),
  );
  expect(used).toEqual(
    new Set([
      'initialize',
      'prepare',
      'build',
      'provision',
      'postProcess',
      'release',
      'say',
      'step.start',
      'step.end',
      'resource.acquire',
      'resource.made',
      'resource.keep',
      'guest.provision',
      'checkpoint',
      'guest.upload',
      'guest.exec',
      'stage.open',
      'stage.publish',
    ]),
  );
});
