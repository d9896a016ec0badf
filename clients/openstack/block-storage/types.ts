/** Bodies as Cinder's API reference (v3) has them. */

export interface Volume {
  readonly id: string;
  readonly name: string | null;
  /** "creating", "available", "in-use", "uploading", "error", "deleting", … */
  readonly status: string;
  /** GiB */
  readonly size: number;
  readonly volume_type: string | null;
  readonly availability_zone: string;
  readonly bootable: 'true' | 'false';
  readonly encrypted: boolean;
  readonly multiattach: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly attachments: readonly {
    readonly server_id: string;
    readonly attachment_id: string;
    readonly device: string;
  }[];
  readonly volume_image_metadata?: Readonly<Record<string, string>>;
  readonly snapshot_id: string | null;
  readonly source_volid: string | null;
  readonly created_at: string;
}

export interface VolumeRequest {
  /** GiB; may be left out for a copy of a volume or snapshot. */
  readonly size?: number | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly volume_type?: string | undefined;
  readonly availability_zone?: string | undefined;
  /** Of an image that it is made from. */
  readonly imageRef?: string | undefined;
  readonly snapshot_id?: string | undefined;
  readonly source_volid?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface VolumeChange {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface VolumeFilter {
  readonly name?: string | undefined;
  readonly status?: string | undefined;
  /** A dictionary in Python's words, as Cinder wants it: "{'key': 'value'}". */
  readonly metadata?: string | undefined;
  readonly [other: string]: string | undefined;
}

export interface UploadImageRequest {
  readonly image_name: string;
  readonly disk_format?: string | undefined;
  readonly container_format?: string | undefined;
  /** Also when it is attached to a server. */
  readonly force?: boolean | undefined;
  /** Needs microversion 3.1. */
  readonly visibility?: string | undefined;
  /** Needs microversion 3.1. */
  readonly protected?: boolean | undefined;
}

/** What Cinder says of an image that it has begun to upload. */
export interface UploadedImage {
  readonly image_id: string;
  readonly image_name: string;
  readonly status: string;
}

export interface Snapshot {
  readonly id: string;
  readonly name: string | null;
  readonly status: string;
  readonly volume_id: string;
  readonly size: number;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface SnapshotRequest {
  readonly volume_id: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly force?: boolean | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface SnapshotFilter {
  readonly name?: string | undefined;
  readonly status?: string | undefined;
  readonly volume_id?: string | undefined;
  readonly [other: string]: string | undefined;
}
