import type { Requirement } from '../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from './config.gen.ts';
import { parseLocation } from '../_shared/download/location.ts';
import { packingOf } from '../_shared/download/unpack/packing.ts';

const PROGRAMS = [
  ['tar', 'tar', /tar\.\w+$|t(gz|xz|bz2)$/],
  ['xz', 'xz-utils', /xz$/],
  ['bzip2', 'bzip2', /bz2$/],
  ['zstd', 'zstd', /tar\.zst$/],
] as const;

function requirement([program, debianPackage]: (typeof PROGRAMS)[number]): Requirement {
  return { program, package: debianPackage, purpose: 'unpack sources' };
}

/** The programs that unpack sources. Kiln itself does the other packings. */
export const unpackPrograms: readonly Requirement[] = PROGRAMS.map(requirement);

/** Those that unpack the sources of these options. */
export function unpackNeeds(config: Pick<QemuBuilderConfig, 'iso_url' | 'iso_urls'>): readonly Requirement[] {
  const places = [config.iso_url ?? [], config.iso_urls ?? []].flat();
  const packed = places.flatMap((place) => {
    const location = parseLocation(place);
    if (location === undefined || packingOf(location) === undefined) return [];
    return [location.name.toLowerCase(), location.archive ?? ''];
  });
  return PROGRAMS.filter(([, , ending]) => packed.some((name) => ending.test(name))).map(requirement);
}
