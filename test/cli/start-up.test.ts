import { execFileSync, spawnSync, type StdioOptions } from 'node:child_process';
import { cpSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleScript } from '../../core/cli/bundle-script.ts';
import { command, file, kiln, path, place } from './run-kiln.ts';

const dist = join(import.meta.dirname, '../../dist');

test('V8 takes the code that it compiled when Kiln was built', () => {
  const bundles = readdirSync(dist).filter((name) => name.startsWith('kiln-') && name.endsWith('.cjs'));
  expect(bundles).not.toEqual([]);
  for (const name of bundles) expect(bundleScript(dist, name.slice(0, -'.cjs'.length)).precompiled).toBe(true);
});

test.each<[string, (whole: Buffer) => Buffer]>([
  ['cut', (whole) => whole.subarray(0, whole.length / 2)],
  ['empty', () => Buffer.alloc(0)],
  ['garbage', (whole) => Buffer.alloc(whole.length, 'kiln')],
])('Kiln starts when its compiled code is damaged: %s', (_how, damage) => {
  const copy = path(`dist-${crypto.randomUUID()}`);
  cpSync(dist, copy, { recursive: true });
  const name = readdirSync(copy).find((one) => one.endsWith('.cache')) ?? '';
  writeFileSync(join(copy, name), damage(readFileSync(join(dist, name))));
  expect(bundleScript(copy, name.slice(0, -'.cache'.length)).precompiled).toBe(false);
  const template = file('one.json', { builders: [{ type: 'null', communicator: 'none' }] });
  const [program, , ...args] = command(['validate', template]);
  const { status, stdout, stderr } = spawnSync(program, [join(copy, 'cli.cjs'), ...args], {
    ...place(),
    encoding: 'utf8',
  });
  expect([status, stdout, stderr]).toEqual([0, expect.stringContaining('valid'), '']);
});

const heavy = /NativeModule (?:internal\/fs\/promises|https?|tls|tty|net|zlib|stream|crypto|child_process|readline)$/m;

function env(): NodeJS.ProcessEnv {
  file('list.cjs', "process.on('exit', () => process._rawDebug(process.moduleLoadList.join('\\n')));");
  return { NODE_OPTIONS: `--require ${path('list.cjs')}` };
}

const amazon = {
  type: 'amazon-ebs',
  region: 'eu-west-1',
  access_key: 'key',
  secret_key: 'secret',
  source_ami: 'ami-12345678',
  instance_type: 't3.micro',
  ssh_username: 'admin',
  ami_name: 'one-{{timestamp}}',
};
const google = {
  type: 'googlecompute',
  project_id: 'bakery',
  zone: 'us-central1-a',
  source_image_family: 'debian-12',
  ssh_username: 'packer',
  use_iap: true,
  use_os_login: true,
  credentials_json: JSON.stringify({ type: 'service_account', client_email: 'a@b.c', private_key: 'key' }),
};
const qemu = {
  type: 'qemu',
  disk_image: true,
  iso_url: 'list.cjs',
  iso_checksum: 'none',
  ssh_username: 'root',
  output_directory: 'out-{{isotime "2006"}}',
};

test.each([
  ['null', { type: 'null', communicator: 'none' }],
  ['qemu', qemu],
  ['amazon-ebs', amazon],
  ['googlecompute', google],
  ['rootfs', { type: 'rootfs', output_directory: 'out' }],
])('validate loads nothing of Node that it does not need: %s', async (_type, builder) => {
  const name = file('one.json', { builders: [builder], provisioners: [{ type: 'shell-local', inline: ['true'] }] });
  const { code, stderr } = await kiln(['validate', name], { env: env() });
  expect(code).toBe(0);
  expect(stderr).toContain('NativeModule fs');
  expect(heavy.exec(stderr)?.[0]).toBeUndefined();
});

test('where there may be a terminal, validate does not ask when it has nothing to colour', () => {
  const name = file('one.json', { builders: [{ type: 'null', communicator: 'none' }] });
  const list = path('list.txt');
  file(
    'list.cjs',
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(list)}, process.moduleLoadList.join('\\n')));`,
  );
  const [program, ...args] = command(['validate', name]);
  const options = {
    ...place(),
    stdio: ['ignore', openSync('/dev/null', 'w'), openSync('/dev/null', 'w')] as StdioOptions,
  };
  execFileSync(program, args, { ...options, env: { ...options.env, NODE_OPTIONS: `--require ${path('list.cjs')}` } });
  expect(heavy.exec(readFileSync(list, 'utf8'))?.[0]).toBeUndefined();
});

test('what looks for heavy modules finds them', async () => {
  expect(heavy.test((await kiln(['console'], { env: env() })).stderr)).toBe(true);
});
