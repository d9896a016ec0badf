/** Kinds of components that Packer's plugins may have and Kiln's templates name. */
export type PackerKind = 'builder' | 'provisioner' | 'post-processor';

/** A component of a plugin of Packer's. */
export interface PackerComponent {
  readonly kind: PackerKind;
  /** As templates name it: "docker", "amazon-ebs". */
  readonly type: string;
  /** What its program is started with. */
  readonly args: readonly string[];
  /** How it says what its options are. */
  readonly encoding: 'gob' | 'protobuf';
}

/** A plugin of Packer's: a program with one component or several. */
export interface PackerPlugin {
  /** As people name it: "docker". */
  readonly name: string;
  /** Undefined for one that does not say. */
  readonly version: string | undefined;
  /** Absolute. */
  readonly path: string;
  readonly components: readonly PackerComponent[];
}
