import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findByEnvironment } from '../../../core/process/identity.ts';
import { kilnIn, root, runIn } from '../kiln-place.ts';

const python = join(root, 'examples/plugins/python');
const mark = crypto.randomUUID();

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kiln-process-plugin-'));
  mkdirSync(join(directory, 'cloud'));
});
afterEach(async () => {
  for (const { pid } of await findByEnvironment('KILN_TEST_MARK', mark)) process.kill(pid, 'SIGKILL');
  rmSync(directory, { recursive: true });
});

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<Ran>;
}

function kiln(...args: readonly string[]): Running {
  const env = { ...kilnIn(directory), PATH: process.env['PATH'], HOME: process.env['HOME'], KILN_TEST_MARK: mark };
  const child = spawn(process.execPath, [join(root, 'dist/cli.cjs'), ...args], { cwd: directory, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<Ran>((resolve) => child.once('close', (code) => resolve({ code, output })));
  return { child, output: () => output, ended };
}

/** Writes a template, and beside it the lock with the linked plugin. */
function template(content: object, folder: string, components: object): string {
  const locked = { version: '1.0.0', source: folder, link: folder, components };
  const lock = { lockVersion: 1, plugins: { 'kiln-plugin-tried': locked } };
  writeFileSync(join(directory, 'kiln-plugins.lock.json'), JSON.stringify(lock));
  writeFileSync(join(directory, 'template.json'), JSON.stringify(content));
  return join(directory, 'template.json');
}

const components = {
  builders: ['cloudlet'],
  provisioners: ['motd'],
  'post-processors': ['notes'],
  data: ['cloudlet-images'],
  lookups: ['cloudlet_secret'],
};

function cloud(): readonly string[] {
  return readdirSync(join(directory, 'cloud')).map((name) => name.replace(/-.*/, ''));
}

test(
  'kiln build bakes with all kinds of components of one plugin, and no process of it is left',
  { timeout: 180_000 },
  async () => {
    writeFileSync(join(directory, 'cloud/image-0.json'), '{}');
    writeFileSync(join(directory, 'cloud/token'), 'tell-nobody\n');
    const path = template(
      {
        variables: { token: '{{ cloudlet_secret `cloud` `token` }}' },
        data: { base: { type: 'cloudlet-images', cloud: 'cloud' } },
        builders: [{ type: 'cloudlet', cloud: 'cloud', image: 'on-{{ data `base.id` }}' }],
        provisioners: [{ type: 'shell-local', inline: ['echo the token is {{ user `token` }}'] }],
        'post-processors': [{ type: 'notes', output: 'notes.txt' }],
      },
      python,
      components,
    );
    const { code, output } = await kiln('build', path).ended;
    expect(output).toContain('on-image-0');
    expect(output).not.toContain('tell-nobody');
    expect(code, output).toBe(0);
    expect(cloud().toSorted()).toEqual(['image', 'image', 'token']);
    expect(readFileSync(join(directory, 'notes.txt'), 'utf8')).toContain('The image on-image-0');
    // A plugin's process has the run's id, and nothing else that the test could know it by.
    expect(await findByEnvironment('KILN_RUN_ID', runIn(directory))).toEqual([]);
  },
);

test('kiln validate starts no plugin for what the schema says', { timeout: 180_000 }, async () => {
  const broken = join(directory, 'broken');
  mkdirSync(broken);
  const manifest = { name: 'kiln-plugin-tried', version: '1.0.0', sdkVersion: '0.1', command: ['./no-such-program'] };
  const motd = { provisioners: { motd: { schema: './schema.json' } } };
  writeFileSync(join(broken, 'kiln-plugin.json'), JSON.stringify({ ...manifest, components: motd }));
  writeFileSync(join(broken, 'schema.json'), readFileSync(join(python, 'motd/schema.json')));
  const build = {
    builders: [{ type: 'null', communicator: 'ssh', ssh_host: '192.0.2.1', ssh_username: 'root', ssh_password: 'x' }],
  };
  const path = template({ ...build, provisioners: [{ type: 'motd', txt: 'x' }] }, broken, { provisioners: ['motd'] });
  const { code, output } = await kiln('validate', path).ended;
  expect(output).toContain('did you mean "text"');
  expect(output).not.toContain('no-such-program');
  expect(code).toBe(1);
});

test(
  'what a plugin made is given back by gc when Kiln was killed, and its process is gone',
  { timeout: 180_000 },
  async () => {
    const path = template(
      {
        builders: [{ type: 'cloudlet', cloud: 'cloud' }],
        provisioners: [{ type: 'shell-local', inline: ['sleep 300'] }],
      },
      python,
      components,
    );
    const running = kiln('build', path);
    await expect.poll(running.output, { timeout: 90_000 }).toContain('running locally');
    expect(cloud()).toEqual(['server']);
    running.child.kill('SIGKILL');
    await running.ended;
    const runId = runIn(directory);
    const { code, output } = await kiln('gc').ended;
    expect(output).toContain('removed cloudlet: server of image');
    expect(code, output).toBe(0);
    expect(cloud()).toEqual([]);
    expect(await findByEnvironment('KILN_RUN_ID', runId)).toEqual([]);
  },
);

test('a build of a plugin goes on from its checkpoint after Kiln was killed', { timeout: 180_000 }, async () => {
  const path = template(
    {
      builders: [{ type: 'cloudlet', cloud: 'cloud' }],
      provisioners: [{ type: 'shell-local', inline: ['echo provisioning', 'test -e go-on || sleep 300'] }],
    },
    python,
    components,
  );
  const running = kiln('build', path);
  await expect.poll(running.output, { timeout: 90_000 }).toContain('provisioning');
  const [server] = readdirSync(join(directory, 'cloud'));
  running.child.kill('SIGKILL');
  await running.ended;
  writeFileSync(join(directory, 'go-on'), '');
  const { code, output } = await kiln('resume', runIn(directory)).ended;
  expect(code, output).toBe(0);
  expect(output).not.toContain('start server');
  expect(server).toMatch(/^server-/);
  expect(cloud()).toEqual(['image']);
});

const SLOW = `
import json, os, sys, time
def write(message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\\n"); sys.stdout.flush()
for line in sys.stdin:
    ask = json.loads(line); method, params = ask.get("method"), ask.get("params", {})
    if method == "initialize": write({"id": ask["id"], "result": {"protocol": 1}})
    if method == "build":
        write({"id": 1, "method": "resource.acquire", "params":
            {"run": params["run"], "resource": "thing", "describe": "a thing", "locator": os.path.abspath("cloud")}})
    if method is None:
        open(os.path.join("cloud", "thing-" + ask["result"]["token"]), "w").close(); print("made", file=sys.stderr)
        time.sleep(300)
    if method == "find":
        write({"id": ask["id"], "result": {"ids": [name for name in os.listdir(params["locator"]) if params["token"] in name]}})
    if method == "release":
        os.remove(os.path.join(params["locator"], params["id"])); write({"id": ask["id"], "result": {}})
`;

test(
  'what was made is found by its token when Kiln and the plugin were killed before its id was known',
  { timeout: 180_000 },
  async () => {
    const folder = join(directory, 'slow');
    mkdirSync(folder);
    const manifest = {
      name: 'kiln-plugin-tried',
      version: '1.0.0',
      sdkVersion: '0.1',
      command: ['python3', './slow.py'],
    };
    const slow = { builders: { slow: { schema: './schema.json', resources: ['thing'] } } };
    writeFileSync(join(folder, 'kiln-plugin.json'), JSON.stringify({ ...manifest, components: slow }));
    writeFileSync(join(folder, 'schema.json'), '{ "type": "object", "properties": {}, "additionalProperties": false }');
    writeFileSync(join(folder, 'slow.py'), SLOW);
    const path = template({ builders: [{ type: 'slow' }] }, folder, { builders: ['slow'] });
    const running = kiln('build', path);
    await expect.poll(cloud, { timeout: 90_000 }).toEqual(['thing']);
    running.child.kill('SIGKILL');
    await running.ended;
    // The plugin does not notice that nobody reads what it says.
    const runId = runIn(directory);
    expect(await findByEnvironment('KILN_RUN_ID', runId)).not.toEqual([]);
    const { code, output } = await kiln('gc').ended;
    expect(output).toContain('removed slow: a thing');
    expect(code, output).toBe(0);
    expect(cloud()).toEqual([]);
    expect(await findByEnvironment('KILN_RUN_ID', runId)).toEqual([]);
  },
);
