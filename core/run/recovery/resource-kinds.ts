import type { ComponentEntry } from '../../contract/component.ts';
import type { ComponentRegistry } from '../../contract/component-registry.ts';
import { processKind } from '../../process/owned.ts';
import { emptyDirectoryKind, pathKind, socketKind } from '../scope/kinds.ts';
import type { JsonValue } from '../../contract/json.ts';
import { outputLockKind } from '../output/output-lock.ts';
import { stageKind } from '../output/output-stage.ts';
import type { FindKind, ResourceKind } from '../../contract/resource.ts';

interface WithResources {
  readonly resources: readonly ResourceKind<JsonValue>[];
}

const coreKinds: readonly ResourceKind<JsonValue>[] = [
  pathKind,
  emptyDirectoryKind,
  socketKind,
  processKind,
  outputLockKind,
  stageKind,
];

/**
 * The kinds of core and of the components. A component's module is loaded only when a kind of its own is asked for:
 * the part of the kind before the colon is the component's type.
 */
export function resourceKinds(
  components: Pick<ComponentRegistry, 'builders' | 'provisioners' | 'postProcessors'>,
): FindKind {
  const tables: readonly Readonly<Record<string, ComponentEntry<WithResources>>>[] = [
    components.builders,
    components.provisioners,
    components.postProcessors,
  ];
  return async (wanted) => {
    const core = coreKinds.find(({ kind }) => kind === wanted);
    if (core !== undefined) return core;
    const [type = ''] = wanted.split(':');
    for (const table of tables) {
      const entry = Object.hasOwn(table, type) ? table[type] : undefined;
      const found = (await entry?.load())?.resources.find(({ kind }) => kind === wanted);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
