import type { Requirement } from '../../core/contract/component.ts';

/** What a manifest says of a component of a process plugin, so that planning starts no process. */
export interface ProcessComponent {
  /** Path of its schema in the plugin's folder. */
  readonly schema: string;
  /** The plugin checks options itself (`prepare`), beyond what the schema says. */
  readonly prepare?: boolean;
  /** Kinds of outside things it makes; "server" of the builder "vm" is the kind "vm:server". */
  readonly resources?: readonly string[];
  /** Programs of this machine that it calls; a build does not start without those that are not optional. */
  readonly programs?: readonly Requirement[];
  /** Builders and post-processors: gives up its artifacts itself (`discard`). */
  readonly discard?: boolean;
  /** Builders: goes on from a checkpoint (`resume`). */
  readonly resume?: boolean;
  /** Builders: see `Builder.factNames`. */
  readonly factNames?: readonly string[];
  /** Provisioners: works without a way into the guest. */
  readonly needsNoGuest?: boolean;
  /** Provisioners: options that hold paths whose contents decide what it does. */
  readonly inputOptions?: readonly string[];
  /** Post-processors: see `PostProcessor.independent`. */
  readonly independent?: boolean;
}

type Table = Readonly<Record<string, ProcessComponent>>;

/** What a manifest says of a process plugin. */
export interface ProcessManifest {
  readonly name: string;
  readonly version: string;
  /** The program and its arguments. Those that begin with "./" are files of the plugin's folder. */
  readonly command: readonly string[];
  readonly components: {
    readonly builders?: Table;
    readonly provisioners?: Table;
    readonly 'post-processors'?: Table;
  };
}
