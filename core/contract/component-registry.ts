import type { CommunicatorType } from './communicator-type.ts';
import type { Builder, ComponentEntry, PostProcessor, Provisioner } from './component.ts';
import type { DataSource } from './data-source.ts';
import type { LookupTable } from './lookup.ts';
import type { VerifierTable } from './verifier.ts';

/**
 * Everything the engine knows of components, each for its own type of configuration: the engine gives it none that its schema
 * has not passed; `plugins/builtin.ts` is the one for those that come with Kiln. */
export interface ComponentRegistry {
  readonly builders: Readonly<Record<string, ComponentEntry<Builder<object>>>>;
  readonly provisioners: Readonly<Record<string, ComponentEntry<Provisioner<object>>>>;
  readonly postProcessors: Readonly<Record<string, ComponentEntry<PostProcessor<object>>>>;
  /** What a template's `data` may name. */
  readonly dataSources: Readonly<Record<string, ComponentEntry<DataSource<object>>>>;
  /**
   * Ways into guests besides Kiln's own (`ssh`, `winrm`, `none`), by what the option `communicator` says. The options of
   * their schemas are there for every builder that has Kiln's.
   */
  readonly communicators: Readonly<Record<string, ComponentEntry<CommunicatorType<object>>>>;
  readonly lookups: LookupTable;
  /** For `kiln verify`. */
  readonly verifiers: VerifierTable;
  /**
   * What the template function `clean_resource_name` does in the options of components of a type; undefined where it is
   * not there.
   */
  resourceNames(componentType: string): ((text: string) => string) | undefined;
}
