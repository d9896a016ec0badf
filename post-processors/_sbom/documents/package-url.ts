import type { InstalledPackage, SystemName } from '../package.ts';

function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%2B', '+');
}

/** The package URL (purl) of a package of a system. */
export function packageUrl(each: InstalledPackage, { id, version }: SystemName): string {
  const qualifiers: Readonly<Record<string, string | undefined>> = {
    arch: each.architecture,
    distro: version === undefined ? id : `${id}-${version}`,
    epoch: each.epoch === undefined ? undefined : String(each.epoch),
    upstream: each.source,
  };
  const said = Object.entries(qualifiers).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encodeURIComponent(value)}`],
  );
  const name = encodeURIComponent(each.kind === 'rpm' ? each.name : each.name.toLowerCase()).replaceAll('%2B', '+');
  return `pkg:${each.kind}/${encodeURIComponent(id)}/${name}@${encoded(each.version)}?${said.join('&')}`;
}
