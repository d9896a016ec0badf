import type { SystemName } from '../package.ts';

/** Reads `/etc/os-release`, whose values are quoted as a shell's. */
export function readOsRelease(text: string): SystemName {
  const values = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/^([A-Z_0-9]+)=(.*)$/gm)) {
    const [, quoted] = /^(["'])(.*)\1$/.exec(value.trim())?.slice(1) ?? [];
    values.set(name, (quoted ?? value.trim()).replaceAll(/\\(["$`\\])/g, '$1'));
  }
  const id = values.get('ID') ?? 'linux';
  const version = values.get('VERSION_ID');
  return { id, version, title: values.get('PRETTY_NAME') ?? [id, version].filter(Boolean).join(' ') };
}
