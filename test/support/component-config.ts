import { componentFolders } from '../../core/dev/components.ts';
import type { JsonObject } from '../../core/contract/json.ts';
import { decodeConfig } from '../../core/schema/decode.ts';
import type { PrepareContext } from '../../plugins/sdk/index.ts';

/** The configuration a component (its folder: "builders/qemu") gets for these options. Throws when one is wrong. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows the type of the folder
export function componentConfig<Config>(folder: string, options: JsonObject): Config {
  const schema = componentFolders().find((component) => component.folder === folder)?.schema;
  if (schema === undefined) throw new Error(`${folder} has no schema`);
  const { config, findings } = decodeConfig(schema, [{ config: options, pointer: '' }], folder, new Set());
  if (findings.length > 0) throw new Error(JSON.stringify(findings));
  return config as unknown as Config;
}

/** What `prepare` is given: nothing is there on disk or in the environment but what `given` says. */
export function prepareContext(given: Partial<PrepareContext> = {}): PrepareContext {
  return {
    buildName: 'vm',
    builderType: 'null',
    force: false,
    from: undefined,
    statPath: () => undefined,
    readStart: () => undefined,
    environment: () => undefined,
    ...given,
  };
}
