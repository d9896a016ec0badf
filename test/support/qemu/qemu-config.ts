import type { QemuBuilderConfig } from '../../../builders/qemu/config.gen.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import { componentConfig } from '../component-config.ts';

/** The configuration that the builder gets for these options of a template. Throws when one of them is wrong. */
export function qemuConfig(options: JsonObject): QemuBuilderConfig {
  return componentConfig('builders/qemu', options);
}
