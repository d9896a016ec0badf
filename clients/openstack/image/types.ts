/** Bodies as Glance's API reference (v2) has them. */

export type ImageStatus =
  'queued' | 'saving' | 'uploading' | 'importing' | 'active' | 'killed' | 'deleted' | 'pending_delete' | 'deactivated';

export type Visibility = 'public' | 'community' | 'shared' | 'private';

export interface Image {
  readonly id: string;
  readonly name: string | null;
  /** Others may come with newer clouds. */
  readonly status: ImageStatus;
  readonly visibility: Visibility;
  readonly protected: boolean;
  readonly owner: string | null;
  /** Bytes; null until there are some. */
  readonly size: number | null;
  readonly virtual_size: number | null;
  readonly checksum: string | null;
  /** "sha512" */
  readonly os_hash_algo?: string | null;
  /** Hexadecimal. */
  readonly os_hash_value?: string | null;
  readonly os_hidden?: boolean;
  readonly disk_format: string | null;
  readonly container_format: string | null;
  /** GiB */
  readonly min_disk: number;
  /** MiB */
  readonly min_ram: number;
  readonly tags: readonly string[];
  readonly created_at: string;
  readonly updated_at: string;
  /** Names of stores, with commas between, in a cloud with several. */
  readonly stores?: string;
  readonly os_glance_importing_to_stores?: string;
  readonly os_glance_failed_import?: string;
  /** What has no name here: properties such as "hw_disk_bus", and "message" of some failed imports. */
  readonly [property: string]: unknown;
}

/** An image to be; properties stand beside the names that Glance knows. */
export interface ImageRequest {
  /** A UUID of one's own choice. */
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly visibility?: Visibility | undefined;
  readonly protected?: boolean | undefined;
  readonly disk_format?: string | undefined;
  readonly container_format?: string | undefined;
  readonly min_disk?: number | undefined;
  readonly min_ram?: number | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly os_hidden?: boolean | undefined;
  readonly [property: string]: unknown;
}

/** An element of a JSON patch. Paths are pointers: "/min_disk", "/hw_disk_bus". */
export type ImageChange =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

export interface ImageFilter {
  readonly name?: string | undefined;
  readonly owner?: string | undefined;
  /** Without it Glance lists public, private and accepted shared ones, but no community ones. "all" lists every one. */
  readonly visibility?: Visibility | 'all' | undefined;
  readonly member_status?: 'accepted' | 'pending' | 'rejected' | 'all' | undefined;
  readonly status?: ImageStatus | undefined;
  /** Images with all of these. */
  readonly tag?: readonly string[] | undefined;
  readonly os_hidden?: boolean | undefined;
  /** "created_at:desc" */
  readonly sort?: string | undefined;
  /** Properties, which are to be the same. */
  readonly [property: string]: string | number | boolean | readonly string[] | undefined;
}

export interface ImageMember {
  readonly image_id: string;
  /** A project's id. */
  readonly member_id: string;
  readonly status: 'pending' | 'accepted' | 'rejected';
  readonly created_at: string;
  readonly updated_at: string;
}

/** How Glance gets an image's data by itself. */
export type ImportMethod =
  | { readonly name: 'web-download'; readonly uri: string }
  /** Data that was staged before. */
  | { readonly name: 'glance-direct' }
  | { readonly name: 'copy-image' };

export interface ImportRequest {
  readonly method: ImportMethod;
  /** Ids of stores; the cloud's own choice without. */
  readonly stores?: readonly string[] | undefined;
  readonly all_stores?: boolean | undefined;
  readonly all_stores_must_succeed?: boolean | undefined;
}

export interface Store {
  readonly id: string;
  readonly description?: string;
  readonly default?: 'true' | boolean;
  readonly 'read-only'?: 'true' | boolean;
}

/** A piece of Glance's own work for an image: an import. */
export interface ImageTask {
  readonly id: string;
  readonly type: string;
  readonly status: 'pending' | 'processing' | 'success' | 'failure';
  readonly message: string | null;
  readonly image_id: string;
}
