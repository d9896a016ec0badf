// A plugin of today's Packer, from its own side: `describe`, and `start KIND NAME [--protobuf]`. Its name says how it behaves.
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { openBroker, type StreamBroker } from '../../../clients/packer-plugin/broker.ts';
import { rpcClient } from '../../../clients/packer-plugin/rpc/client.ts';
import { fieldsOf } from '../../../clients/packer-plugin/rpc/messages.ts';
import { serveRpc, type RpcMethod } from '../../../clients/packer-plugin/rpc/server.ts';

const [, , command, , name = ''] = process.argv;
const PROVISIONERS = ['good', 'crash', 'hang', 'flood', 'garbage', 'deaf'];

function bytesOf(field: number, content: Uint8Array | string): Uint8Array {
  const writer = new BinaryWriter().tag(field, WireType.LengthDelimited);
  return (typeof content === 'string' ? writer.string(content) : writer.bytes(content)).finish();
}

/** A ConfigSpec of texts, as `--protobuf` has it. */
function configSpec(names: readonly string[]): Uint8Array {
  const text = bytesOf(1, bytesOf(1, 'string'));
  const entries = names.map((option) => {
    const attribute = bytesOf(2, Buffer.concat([bytesOf(1, option), bytesOf(2, text)]));
    return bytesOf(1, Buffer.concat([bytesOf(1, option), bytesOf(2, attribute)]));
  });
  return Buffer.concat(entries);
}

let config: Readonly<Record<string, unknown>> = {};

const prepare: RpcMethod = (args) => {
  const { Configs } = fieldsOf(args) ?? {};
  config = Object.assign({}, ...(Array.isArray(Configs) ? (Configs as object[]) : [])) as typeof config;
  if (config['greeting'] === 'bad') return Promise.reject(new Error('1 error occurred:\n\t* greeting is bad\n\n'));
  return null;
};

async function provision(broker: StreamBroker, args: unknown): Promise<void> {
  const ui = rpcClient(await broker.dial(Number(fieldsOf(args)?.['StreamID'])));
  await ui.call('Ui.Say', `${String(config['greeting'])} from ${String(config['packer_build_name'])}`);
  const variables = fieldsOf(config['packer_user_variables']) ?? {};
  await ui.call('Ui.Message', `variables: ${Object.keys(variables).sort().join(' ')}`);
  if (name === 'crash') process.exit(7);
  if (name === 'garbage') setInterval(() => process.stdout.write('x'), 10);
  if (name === 'flood') for (let line = 0; line < 20_000; line += 1) process.stderr.write(`${'log '.repeat(20)}\n`);
  if (name === 'hang' || name === 'deaf') await new Promise(() => undefined);
}

function serve(broker: StreamBroker): void {
  const service = 'Provisioner';
  const spec = { ConfigSpec: configSpec(['greeting', 'farewell']) };
  const methods = new Map<string, RpcMethod>([
    [`${service}.ConfigSpec`, () => spec],
    [`${service}.Prepare`, prepare],
    [`${service}.Provision`, (args) => provision(broker, args)],
    [`${service}.Cancel`, () => (name === 'deaf' ? null : process.exit(0))],
  ]);
  void broker.accept(0).then((stream) => serveRpc(stream, (method) => methods.get(method)));
}

if (command === 'describe') {
  const about = { version: '1.2.3', sdk_version: '0.6.10', api_version: 'x5.0', protocol_version: 'v2' };
  process.stdout.write(JSON.stringify({ ...about, builders: [], post_processors: [], provisioners: PROVISIONERS }));
} else {
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  const socket = join(mkdtempSync(join(tmpdir(), 'p-')), 'plugin');
  createServer((connection) => {
    serve(openBroker(connection, 'server'));
  }).listen(socket, () => process.stdout.write(`5|0|unix|${socket}\n`));
}
