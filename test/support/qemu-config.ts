import type { QemuBuilderConfig } from '../../builders/qemu/config.gen.ts';
import { componentFolders } from '../../core/dev/components.ts';
import { decodeConfig } from '../../core/schema/decode.ts';
import type { JsonObject } from '../../core/run/json.ts';

/** The configuration that the builder gets for these options of a template. Throws when one of them is wrong. */
export function qemuConfig(options: JsonObject): QemuBuilderConfig {
  const schema = componentFolders().find(({ folder }) => folder === 'builders/qemu')?.schema;
  if (schema === undefined) throw new Error('builders/qemu has no schema');
  const { config, findings } = decodeConfig(schema, [{ config: options, pointer: '' }], 'builder "qemu"', new Set());
  if (findings.length > 0) throw new Error(JSON.stringify(findings));
  return config as unknown as QemuBuilderConfig;
}
