import type { PluginKindName } from './kinds.ts';
import type { ProcessComponent } from './process-component.ts';

/** One component as its plugin's manifest has it. */
export interface ManifestComponent {
  readonly kind: PluginKindName;
  /** What a template's "type" calls it. */
  readonly type: string;
  /** Path of its JSON Schema, relative to the plugin's folder; undefined for lookups, which have no options. */
  readonly schema: string | undefined;
  /** Path of its module, relative to the plugin's folder; undefined in a plugin with a process of its own. */
  readonly module: string | undefined;
  /** What else is said of it in a plugin with a process of its own; undefined in others. */
  readonly process: ProcessComponent | undefined;
}

/** What a plugin says of itself, without being run. */
export interface Manifest {
  /** Name of the package. */
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Version of the contract that it was written for, "MAJOR.MINOR". */
  readonly sdkVersion: string;
  /** Program and arguments of a plugin with a process of its own; undefined: its components are modules. */
  readonly command: readonly string[] | undefined;
  readonly components: readonly ManifestComponent[];
}
