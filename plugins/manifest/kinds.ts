import type { ComponentRegistry } from '../../core/contract/component-registry.ts';

export type PluginKindName = 'builders' | 'provisioners' | 'post-processors';

/** A kind of things that a plugin brings. */
interface PluginKind {
  /** Where the registry has things of the kind. */
  readonly registry: keyof Pick<ComponentRegistry, 'builders' | 'provisioners' | 'postProcessors'>;
  /** Name under which a module exports one. */
  readonly exported: string;
  /** One of them in a sentence; also what its member `kind` says. */
  readonly word: 'builder' | 'provisioner' | 'post-processor';
}

/** What a manifest's "components" may have, and what each of it is elsewhere. */
export const pluginKinds: Readonly<Record<PluginKindName, PluginKind>> = {
  builders: { registry: 'builders', exported: 'builder', word: 'builder' },
  provisioners: { registry: 'provisioners', exported: 'provisioner', word: 'provisioner' },
  'post-processors': { registry: 'postProcessors', exported: 'postProcessor', word: 'post-processor' },
};

export const pluginKindNames: readonly PluginKindName[] = Object.keys(pluginKinds) as PluginKindName[];

/** What a `type` may be: a word that is nobody's inherited property. */
export const TYPE_NAME: RegExp = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/;
