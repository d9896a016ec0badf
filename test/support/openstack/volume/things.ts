export interface VolumeAttachment {
  readonly serverId: string;
  readonly device: string;
}

export interface Volume {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  name: string | null;
  description: string | null;
  size: number;
  status: string;
  bootable: boolean;
  readonly encrypted: boolean;
  readonly type: string;
  readonly availabilityZone: string;
  readonly createdAt: string;
  metadata: Record<string, string>;
  /** Of the image it was made from: "volume_image_metadata". */
  imageMetadata: Record<string, string>;
  readonly image: string | undefined;
  readonly attachments: VolumeAttachment[];
}

export interface Snapshot {
  readonly id: string;
  readonly projectId: string;
  readonly volumeId: string;
  name: string | null;
  description: string | null;
  readonly size: number;
  status: string;
  metadata: Record<string, string>;
  readonly createdAt: string;
}
