import type { ComponentKind } from '../../core/contract/component.ts';
import type { ComponentRegistry } from '../../core/contract/component-registry.ts';

export type PluginKindName = 'builders' | 'provisioners' | 'post-processors' | 'data' | 'communicators' | 'lookups';

/** What a plugin with a process of its own may bring; the protocol has no words for communicators. */
export type ProcessKindName = Exclude<PluginKindName, 'communicators'>;

export function isProcessKind(kind: PluginKindName): kind is ProcessKindName {
  return kind !== 'communicators';
}

/** A kind of things that a plugin brings. */
interface PluginKind {
  /** Where the registry has things of the kind. */
  readonly registry: keyof Omit<ComponentRegistry, 'verifiers' | 'resourceNames'>;
  /** Name under which a module exports one. */
  readonly exported: string;
  /** One of them in a sentence. */
  readonly word: string;
  /** Whether what a module exports was made by the SDK's function for the kind, under the name that templates use. */
  isOne(found: Readonly<Record<string, unknown>>, type: string): boolean;
}

function component(kind: ComponentKind): PluginKind['isOne'] {
  return (found) => found['kind'] === kind && typeof found['prepare'] === 'function';
}

/** What a manifest's "components" may have, and what each of it is elsewhere. */
export const pluginKinds: Readonly<Record<PluginKindName, PluginKind>> = {
  builders: { registry: 'builders', exported: 'builder', word: 'builder', isOne: component('builder') },
  provisioners: {
    ...{ registry: 'provisioners', exported: 'provisioner', word: 'provisioner' },
    isOne: component('provisioner'),
  },
  'post-processors': {
    ...{ registry: 'postProcessors', exported: 'postProcessor', word: 'post-processor' },
    isOne: component('post-processor'),
  },
  data: { registry: 'dataSources', exported: 'dataSource', word: 'data source', isOne: component('data-source') },
  communicators: {
    ...{ registry: 'communicators', exported: 'communicator', word: 'communicator' },
    isOne: ({ name, connect, check }, type) =>
      name === type && typeof connect === 'function' && typeof check === 'function',
  },
  lookups: {
    ...{ registry: 'lookups', exported: 'lookup', word: 'lookup' },
    isOne: ({ name, fetch }, type) => name === type && typeof fetch === 'function',
  },
};

export const pluginKindNames: readonly PluginKindName[] = Object.keys(pluginKinds) as PluginKindName[];

/** What a `type` may be: a word that is nobody's inherited property. */
export const TYPE_NAME: RegExp = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/;
