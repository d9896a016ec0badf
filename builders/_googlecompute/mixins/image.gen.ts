// Made from a schema by `npm run generate`; do not edit.

/** The image that is made. */
export interface ImageOptions {
  /**
   * Name of the image: at most 63 lowercase letters, digits and hyphens, the first a letter, the last no hyphen. Default: packer-{{timestamp}}.
   */
  readonly image_name?: string;
  /**
   * Description of the image. Default: Created by Packer.
   */
  readonly image_description?: string;
  /**
   * Family that the image is the newest member of.
   */
  readonly image_family?: string;
  /**
   * Labels of the image.
   */
  readonly image_labels?: {
    readonly [k: string]: string;
  };
  /**
   * What the guest can do, beside what the source image says of it.
   */
  readonly image_guest_os_features?: readonly string[];
  /**
   * Processors that the image is for. Without it: what the source image says.
   */
  readonly image_architecture?: 'x86_64' | 'arm64';
  /**
   * Region or multi-region that keeps the image. Without it: what is nearest to its source.
   */
  readonly image_storage_locations?: readonly string[];
  /**
   * File of the platform key (PK) for secure boot: a certificate, X.509 in DER or PEM, or a binary.
   */
  readonly image_platform_key?: string;
  /**
   * Files of the key exchange keys (KEK).
   */
  readonly image_key_exchange_key?: readonly string[];
  /**
   * Files of the signatures that may boot (db).
   */
  readonly image_signatures_db?: readonly string[];
  /**
   * Files of the signatures that may not boot (dbx).
   */
  readonly image_forbidden_signatures_db?: readonly string[];
  /**
   * URLs or paths of further licences of the image.
   */
  readonly image_licenses?: readonly string[];
  /**
   * Key to encrypt the image with. Without it: one of Google's.
   */
  readonly image_encryption_key?: {
    /**
     * Key of Cloud KMS: projects/…/locations/…/keyRings/…/cryptoKeys/….
     */
    readonly kmsKeyName?: string;
    /**
     * A key of your own: 32 bytes in base64.
     */
    readonly rawKey?: string;
  };
  /**
   * When the image is to be deprecated (RFC 3339). Google only writes it down: somebody has to make it DEPRECATED then.
   */
  readonly deprecate_at?: string;
  /**
   * When the image is to be obsolete (RFC 3339). Google only writes it down: somebody has to make it OBSOLETE then.
   */
  readonly obsolete_at?: string;
  /**
   * When the image is to be deleted (RFC 3339). Google only writes it down: somebody has to make it DELETED then.
   */
  readonly delete_at?: string;
}
