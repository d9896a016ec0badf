import type { compute_v1 as v1 } from '@googleapis/compute/build/v1.js';
import type { InstanceAddress } from '../cloud/addresses.ts';
import type { InstanceGuest } from './guest/guest.ts';

export type InstanceView = v1.Schema$Instance;
export type DiskView = v1.Schema$Disk;
export type ImageView = v1.Schema$Image;
export type OperationView = v1.Schema$Operation;

/** What all that has a path and labels shows. */
interface Shown {
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly name?: string | null;
}

/** Something of a project, by its path: "projects/bakery/zones/us-central1-a/disks/web". */
export interface Thing<View extends Shown> {
  readonly path: string;
  view: View;
}

export interface Disk extends Thing<DiskView> {
  /** What is on it, as far as tests care: the image it was made of, and what was done to it. */
  readonly contents: readonly string[];
}

export interface Image extends Thing<ImageView> {
  readonly contents: readonly string[];
}

export interface Instance extends Thing<InstanceView> {
  readonly address: InstanceAddress;
  guest: InstanceGuest | undefined;
  /** Ends the startup script, if it still runs. */
  endScript: () => void;
  /** What the guest has said by the metadata server: "namespace/key". */
  readonly guestAttributes: Map<string, string>;
  /** Lines of the serial port, beside those of the guest's start. */
  serial: string;
  /** What the agent of a Windows guest wrote to the fourth serial port. */
  agent: string;
  /** Of the users that this agent made. */
  readonly passwords: Map<string, string>;
}

export interface Operation {
  readonly path: string;
  readonly view: OperationView;
}
