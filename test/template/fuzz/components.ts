import type { ComponentEntry } from '../../../core/contract/component.ts';
import type { ComponentRegistry } from '../../../core/contract/component-registry.ts';
import { builtin } from '../../../plugins/builtin.ts';
import type { Schemas } from './generate-template.ts';

type Entries<Module> = Readonly<Record<string, ComponentEntry<Module>>>;

/** The same components, their schemas merged once and not for each template, so that they are compiled once, too. */
function mergedOnce<Module>(entries: Entries<Module>): Entries<Module> {
  return Object.fromEntries(
    Object.entries(entries).map(([type, entry]) => {
      let schema: ReturnType<typeof entry.schema> | undefined;
      return [type, { load: () => entry.load(), schema: () => (schema ??= entry.schema()) }];
    }),
  );
}

export const components: ComponentRegistry = {
  builders: mergedOnce(builtin.builders),
  provisioners: mergedOnce(builtin.provisioners),
  postProcessors: mergedOnce(builtin.postProcessors),
  dataSources: mergedOnce(builtin.dataSources),
  communicators: {},
  lookups: builtin.lookups,
  verifiers: {},
  resourceNames: (type) => builtin.resourceNames(type),
};

async function schemasOf(entries: Entries<unknown>): Promise<Schemas['builders']> {
  return Object.fromEntries(
    await Promise.all(Object.entries(entries).map(async ([type, entry]) => [type, await entry.schema()] as const)),
  );
}

export async function loadSchemas(): Promise<Schemas> {
  return {
    builders: await schemasOf(components.builders),
    provisioners: await schemasOf(components.provisioners),
    postProcessors: await schemasOf(components.postProcessors),
  };
}
