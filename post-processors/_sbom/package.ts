/** A package that is installed in an image. */
export interface InstalledPackage {
  /** As package URLs call its kind. */
  readonly kind: 'deb' | 'rpm' | 'apk' | 'alpm';
  readonly name: string;
  /** As its database says it, without the epoch of rpm. */
  readonly version: string;
  readonly epoch?: number;
  readonly architecture: string;
  /** What it was built from, when that has another name. */
  readonly source?: string;
  /** As the database says it, which need not be an SPDX expression. */
  readonly licence?: string;
  /** Who made the package. */
  readonly supplier?: string;
}

/** What a system says of itself. */
export interface SystemName {
  /** "debian" */
  readonly id: string;
  /** "12"; undefined for rolling ones. */
  readonly version: string | undefined;
  /** "Debian GNU/Linux 12 (bookworm)" */
  readonly title: string;
}

/** What is in an image. */
export interface Inventory {
  readonly system: SystemName;
  /** Sorted by name, architecture and version. */
  readonly packages: readonly InstalledPackage[];
}
