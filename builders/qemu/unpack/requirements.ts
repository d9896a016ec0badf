import type { Requirement } from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import { parseLocation } from '../location.ts';
import { packingOf } from './packing.ts';

const PROGRAMS = [
  ['xz', 'xz-utils', /xz$/],
  ['bzip2', 'bzip2', /bz2$/],
] as const;

/** The programs that unpack the sources of these options; without options, of all. Kiln itself does the other packings. */
export function unpackRequirements(config: QemuBuilderConfig | undefined): readonly Requirement[] {
  const places = [config?.iso_url ?? [], config?.iso_urls ?? []].flat();
  const packed = places.flatMap((place) => {
    const location = parseLocation(place);
    if (location === undefined || packingOf(location) === undefined) return [];
    return [location.name.toLowerCase(), location.archive ?? ''];
  });
  return PROGRAMS.filter(([, , ending]) => config === undefined || packed.some((name) => ending.test(name))).map(
    ([program, debianPackage]) => ({ program, package: debianPackage, purpose: 'unpack sources' }),
  );
}
