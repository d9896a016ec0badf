import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../../../../core/dev/components.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { readManifest } from '../../../../plugins/manifest/read-manifest.ts';
import { checkPlugin, type Finding } from '../../../../plugins/process/check/check-plugin.ts';
import { scriptPlugin } from '../../../support/plugins/process-plugin.ts';

async function check(folder: string, options: JsonObject = {}): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const isWell = await checkPlugin(readManifest(folder), {
    folder,
    kilnVersion: '0.1.0',
    options,
    onFinding: (finding) => void findings.push(finding),
    onLog: () => undefined,
  });
  expect(isWell).toBe(findings.every(({ fault }) => fault === undefined));
  return findings;
}

function faults(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ what, fault }) => (fault === undefined ? [] : [`${what}: ${fault}`]));
}

test('nothing is wrong with the plugin in Python, whose components all run', async () => {
  const cloud = await mkdtemp(join(tmpdir(), 'kiln-cloud-'));
  onTestFinished(() => rm(cloud, { recursive: true }));
  const options = { motd: { text: 'Welcome' }, cloudlet: { cloud }, notes: { output: 'notes.txt' } };
  const findings = await check(join(root, 'examples/plugins/python'), options);
  expect(faults(findings)).toEqual([]);
  expect(findings.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      'the builder cloudlet does its work',
      'a cloudlet:server is found by its token',
      'a cloudlet:image that has gone is given back without complaint',
      'the provisioner motd does its work',
      'the post-processor notes does its work',
    ]),
  );
});

const HEAD = `
import json, sys, time
def write(message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\\n"); sys.stdout.flush()
def answer(ask, result): write({"id": ask["id"], "result": result})
made = []
for line in sys.stdin:
    ask = json.loads(line); method, params = ask["method"], ask.get("params", {})
    if method == "initialize": answer(ask, {"protocol": 1}); continue
`;
const unknown = `
    write({"id": ask["id"], "error": {"code": -32601, "message": "no"}})
`;
const components = {
  builders: { tried: { schema: './schema.json', resources: ['thing'] } },
};

test.each([
  ['answers what it does not know with a result', '    answer(ask, {})', 'answered with'],
  ['dies of what it does not know', '    sys.exit(1)', 'ended with status 1'],
  ['answers twice', `${unknown}${unknown}`, 'an answer that nobody waits for'],
  [
    'has another schema than its manifest says',
    `    if method == "schema": answer(ask, {"schema": {"type": "object"}}); continue${unknown}`,
    'they differ',
  ],
  [
    'answers with a result of another form',
    `    if method == "build": answer(ask, {"artefact": 1}); continue${unknown}`,
    'result must have required property',
  ],
  [
    'calls what there is not',
    `    if method == "build": write({"id": 1, "method": "guest.shell", "params": {}}); continue${unknown}`,
    'there is no method "guest.shell"',
  ],
  ['does not end', `${unknown}\ntime.sleep(60)`, 'had to be ended'],
])('a plugin that %s is told so', async (_, script, fault) => {
  const folder = await scriptPlugin(['python3', './plugin'], `${HEAD}${script}`, components);
  expect(faults(await check(folder, { tried: {} })).join('\n')).toContain(fault);
});

test('a plugin that cannot find what it made, or release it twice, is told so', async () => {
  const script = `${HEAD}
    if method == "build":
        build = ask
        write({"id": 1, "method": "resource.acquire", "params": {"run": params["run"], "resource": "thing", "describe": "a thing", "locator": None}})
        token = json.loads(sys.stdin.readline())["result"]["token"]
        write({"id": 2, "method": "resource.made", "params": {"run": params["run"], "token": token, "id": "it"}})
        sys.stdin.readline()
        answer(build, {"artifact": {"builderId": "x", "id": "x", "description": "x", "files": [], "properties": {}}}); continue
    if method == "find": answer(ask, {"ids": []}); continue
    if method == "release" and not made: made.append(1); answer(ask, {}); continue
${unknown}`;
  const folder = await scriptPlugin(['python3', './plugin'], script, components);
  expect(faults(await check(folder, { tried: {} }))).toEqual([
    'a tried:thing is found by its token: "find" answers with no id',
    'a tried:thing that has gone is given back without complaint: no',
  ]);
});
