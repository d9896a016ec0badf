import type { JsonValue } from './json.ts';

/** A disk image, one of an artifact's files. It is read as what is said here, whatever its name and whatever its guest wrote into it. */
export interface Disk {
  /** Absolute. */
  readonly path: string;
  /** QEMU's name of it: "qcow2", "raw", "vdi", "vhdx", "vmdk", "vpc". */
  readonly format: string;
  /** Bytes that a guest sees. */
  readonly virtualSize: number;
  /** What it boots with; undefined: it is not known, or the disk is not for booting. */
  readonly firmware?: readonly ('bios' | 'uefi')[];
  /** The processor's, as `uname -m` says it: "x86_64". */
  readonly architecture?: string;
  /** Absolute path of the file beside it in which UEFI has its variables. */
  readonly firmwareVariables?: string;
}

/** A file of an artifact that was brought to another place. */
export interface RemoteFile {
  /** Without login. */
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  /** Of what is there, as it was found there: lower-case hex. */
  readonly sha256: string;
}

/** What a builder or a post-processor made. Plain data: it is written to the journal and to the report. */
export interface Artifact {
  /** Identifies the component that made it, with Packer's words where there are some ("transcend.qemu"). */
  readonly builderId: string;
  /** The artifact's own id as Packer gives it: an image id, "region:ami-1,…", "VM". */
  readonly id: string;
  /** One line (or a few) for people. */
  readonly description: string;
  /** Absolute paths of the local files that make up the artifact; empty for a cloud image. */
  readonly files: readonly string[];
  /** The disk images among `files`, the system's first: what a build that starts from it and post-processors go by. */
  readonly disks?: readonly Disk[];
  /** Files that are elsewhere; `files` need not have them. */
  readonly remotes?: readonly RemoteFile[];
  /** Further facts, for those who read the report and for the component that gives the artifact up. No other reads them. */
  readonly properties: Readonly<Record<string, JsonValue>>;
}
