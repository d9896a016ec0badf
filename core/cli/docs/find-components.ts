import type { ComponentEntry } from '../../contract/component.ts';
import type { ComponentRegistry } from '../../contract/component-registry.ts';

/** A component that a template can name. */
export interface DocumentedComponent {
  /** "post-processor" */
  readonly kind: string;
  readonly type: string;
  readonly entry: ComponentEntry<unknown>;
}

/** All components, kind by kind. */
export function documentedComponents(registry: ComponentRegistry): readonly DocumentedComponent[] {
  const tables: Readonly<Record<string, Readonly<Record<string, ComponentEntry<unknown>>>>> = {
    builder: registry.builders,
    provisioner: registry.provisioners,
    'post-processor': registry.postProcessors,
    'data source': registry.dataSources,
    communicator: registry.communicators,
  };
  return Object.entries(tables).flatMap(([kind, table]) =>
    Object.entries(table).map(([type, entry]) => ({ kind, type, entry })),
  );
}
