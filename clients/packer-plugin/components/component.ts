import { specFromGob } from '../spec/from-gob.ts';
import { specFromProtobuf } from '../spec/from-protobuf.ts';
import type { PluginSpec } from '../spec/spec.ts';
import { broken } from '../plugin-error.ts';
import { fieldsOf } from '../rpc/messages.ts';
import type { ComponentConnection } from './connection.ts';

/** How a plugin writes what it says about its options: as it was started, without or with `--protobuf`. */
export type SpecEncoding = 'gob' | 'protobuf';

/** Asks a component for its options. @throws PluginError */
export async function configSpec(
  { main }: ComponentConnection,
  service: 'Builder' | 'Provisioner' | 'PostProcessor' | 'Datasource',
  encoding: SpecEncoding,
): Promise<PluginSpec> {
  const bytes = fieldsOf(await main.call(`${service}.ConfigSpec`, null))?.['ConfigSpec'];
  if (!(bytes instanceof Uint8Array)) throw broken('it does not say which options it has');
  return encoding === 'gob' ? specFromGob(bytes) : specFromProtobuf(bytes);
}
