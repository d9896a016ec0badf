/** What a provisioner of a plugin's process costs: bytes through its streams, and the answer to a call. */
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { readSchema } from '../../../core/schema/read-schema.ts';
import { readManifest } from '../../../plugins/manifest/read-manifest.ts';
import { endPlugins } from '../../../plugins/process/host/plugin.ts';
import { openProcessPlugin, processComponent } from '../../../plugins/process/index.ts';
import type { JsonObject, Provisioner } from '../../../plugins/sdk/index.ts';
import { runProvisioner } from '../../../plugins/sdk/testing.ts';
import { localGuest } from '../../support/plugins/local-guest.ts';

const folder = import.meta.dirname;
const manifest = readManifest(folder);
const plugin = await openProcessPlugin(manifest, { folder, environment: [], kilnVersion: 'bench' });
const schema = await readSchema(join(folder, 'schema.json'));
const guest = localGuest();

async function run(type: string, options: JsonObject): Promise<string> {
  const found = manifest.components.find((each) => each.type === type);
  if (found === undefined) throw new Error(`no ${type}`);
  const component = (await processComponent(plugin, found)) as Provisioner<object>;
  const { failure, lines } = await runProvisioner({ type, schema, component }, options, { guest });
  if (failure !== undefined) throw new Error(failure.message);
  return lines.find((line) => /^(read|wrote|median)/.test(line)) ?? '';
}

function rate(line: string): string {
  const [, bytes = '0', seconds = '1'] = /(\d+) bytes in ([\d.]+)/.exec(line) ?? [];
  return `${(Number(bytes) / Number(seconds) / 1e6).toFixed(0)} MB/s`;
}

const MEBIBYTES = 1024;
const command = `head -c ${MEBIBYTES}M /dev/zero`;

async function inProcess(): Promise<string> {
  const started = performance.now();
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done() });
  await guest.exec(command, { signal: new AbortController().signal, stdout });
  return `${((MEBIBYTES * 1024 ** 2) / (performance.now() - started) / 1e3).toFixed(0)} MB/s`;
}

console.log(`output of a command, read in Kiln itself: ${await inProcess()}`);
console.log(`the same, read by a plugin in Python: ${rate(await run('reader', { command }))} (target ≥ 200 MB/s)`);
console.log(
  `input of a command, written by a plugin in Python: ${rate(await run('writer', { command: 'cat >/dev/null', mebibytes: MEBIBYTES }))}`,
);
console.log(`a call of Kiln by a plugin in Python: ${await run('asker', { times: 2000 })} (target ≤ 0.3 ms)`);
console.log(`a call that makes a directory: ${await run('asker', { times: 2000, real: true })}`);
await endPlugins();
