import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Components that Debian's packer serves as plugins, each alone. */
const COMPONENTS = [
  ...['ansible', 'breakpoint', 'file', 'shell', 'shell-local'].map((name) => ['provisioner', name] as const),
  ...['file', 'null', 'qemu'].map((name) => ['builder', name] as const),
  ...['artifice', 'checksum', 'compress', 'manifest', 'shell-local', 'vagrant'].map(
    (name) => ['post-processor', name] as const,
  ),
];

/** A folder in which each of Debian's components is a plugin of Packer 1.6's kind, under the name `deb-` and its own. */
export function debianPlugins(directory: string): string {
  const folder = join(directory, 'plugins');
  mkdirSync(folder);
  for (const [kind, name] of COMPONENTS) {
    const path = join(folder, `packer-${kind}-deb-${name}`);
    writeFileSync(path, `#!/bin/sh\nexec packer plugin packer-${kind}-${name}\n`);
    chmodSync(path, 0o755);
  }
  return folder;
}

/** The template with every component taken from those plugins. */
export function withPlugins(template: object): object {
  return JSON.parse(JSON.stringify(template).replaceAll('"type":"', '"type":"deb-')) as object;
}
