import { errorAt, warningAt, type Diagnostic, type PrepareContext } from '../../../plugins/sdk/index.ts';
import { shownAddress } from '../../../plugins/sdk/http.ts';
import { parseChecksum } from '../../_shared/download/checksum.ts';
import { faultOfList, faultOfListed, findInList, LONGEST_LIST } from '../../_shared/download/checksum-list.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import { parseLocation, type Location } from '../../_shared/download/location.ts';

type Diagnostics = readonly Diagnostic[];

function noPlace(url: string): string {
  return `${JSON.stringify(shownAddress(url))} is no place Kiln can read from`;
}

function source(config: QemuBuilderConfig, context: PrepareContext): Diagnostics {
  const { from } = context;
  const given = (['iso_url', 'iso_urls', 'iso_checksum'] as const).filter((name) => config[name] !== undefined);
  if (from !== undefined) {
    return given.map((name) =>
      errorAt('QEMU_SOURCE_TWICE', `/${name}`, `${name} and from are both given`, {
        hint: `the source is the build ${from}`,
      }),
    );
  }
  if (config.iso_url === undefined && config.iso_urls === undefined) {
    if (config.kernel_url !== undefined) return [];
    const hint = 'set iso_url, kernel_url, or from to a build';
    return [errorAt('QEMU_SOURCE_MISSING', '', 'there is nothing to start from', { hint })];
  }
  const found: Diagnostic[] = [];
  if (config.iso_url !== undefined && config.iso_urls !== undefined) {
    found.push(
      errorAt('QEMU_SOURCE_TWICE', '/iso_urls', 'iso_url and iso_urls are both given', { hint: 'keep one of them' }),
    );
  }
  const urls = [
    ...(config.iso_url === undefined ? [] : [['/iso_url', config.iso_url] as const]),
    ...(config.iso_urls ?? []).map((url, index) => [`/iso_urls/${index}`, url] as const),
  ];
  for (const [pointer, url] of urls) {
    if (parseLocation(url) !== undefined) continue;
    const hint = 'give a path, or a URL with file, http, https, s3 or gs';
    found.push(errorAt('QEMU_SOURCE_URL', pointer, noPlace(url), { hint }));
  }
  const places = urls.map(([, url]) => url);
  const skipsCache = config.iso_skip_cache && places.some((url) => parseLocation(url)?.kind === 'web');
  return [
    ...found,
    ...(skipsCache ? unusedChecksum(config, places) : checksum('iso_checksum', config.iso_checksum, places, context)),
  ];
}

function unusedChecksum({ iso_checksum: text = 'none' }: QemuBuilderConfig, places: readonly string[]): Diagnostics {
  if (text.trim().toLowerCase() === 'none') return unchecked('/iso_checksum', places.filter(isOpen));
  const message = 'with iso_skip_cache nothing compares the checksum of what QEMU reads from a URL';
  const hint = 'leave iso_skip_cache out, or set iso_checksum to "none"';
  return [warningAt('QEMU_CHECKSUM_UNUSED', '/iso_checksum', message, { hint })];
}

const KERNEL_OPTIONS = ['initrd_url', 'initrd_files', 'initrd_content', 'kernel_args'] as const;

function kernel(config: QemuBuilderConfig, context: PrepareContext): Diagnostics {
  if (config.kernel_url === undefined) {
    return KERNEL_OPTIONS.filter((name) => config[name] !== undefined).map((name) =>
      errorAt('QEMU_KERNEL', `/${name}`, `${name} needs kernel_url`),
    );
  }
  const places = [
    ['kernel', config.kernel_url],
    ...(config.initrd_url === undefined ? [] : ([['initrd', config.initrd_url]] as const)),
  ] as const;
  const found = places.flatMap(([name, url]) =>
    parseLocation(url) === undefined
      ? [errorAt('QEMU_SOURCE_URL', `/${name}_url`, noPlace(url))]
      : checksum(`${name}_checksum`, config[`${name}_checksum`], [url], context),
  );
  const twice = Object.keys(config.initrd_content ?? {}).filter((path) => config.initrd_files?.[path] !== undefined);
  return [
    ...found,
    ...twice.map((path) => errorAt('QEMU_KERNEL', '/initrd_content', `${path} is in initrd_files too`)),
  ];
}

/** Whether whoever is on the way can change what is read. */
function isOpen(place: string): boolean {
  const location = parseLocation(place);
  return location?.kind === 'web' && new URL(location.url).protocol === 'http:';
}

/** What is downloaded from these places is not compared with anything. */
function unchecked(pointer: string, places: readonly string[]): Diagnostics {
  const far = places.filter((place) => parseLocation(place)?.kind === 'web');
  const [first] = [...far.filter(isOpen), ...far];
  if (first === undefined) return [];
  const message = isOpen(first)
    ? `no checksum is compared of ${shownAddress(first)}, and anybody on the way can change what comes over plain http`
    : `no checksum is compared of what is downloaded from ${shownAddress(first)}`;
  const hint = 'give the digest, or "file:" and the place of a list of checksums';
  return [warningAt('QEMU_UNCHECKED', pointer, message, { hint })];
}

function checksum(
  name: string,
  text: string | undefined,
  places: readonly string[],
  context: PrepareContext,
): Diagnostics {
  const hint = 'give the digest, "file:" and the place of a list of checksums, or "none" to go without';
  if (text === undefined) return [errorAt('QEMU_CHECKSUM_MISSING', '', `${name} is required`, { hint })];
  const parsed = parseChecksum(text);
  const list = parsed?.kind === 'list' ? parseLocation(parsed.location) : undefined;
  if (parsed === undefined || (parsed.kind === 'list' && list === undefined)) {
    const message = `${JSON.stringify(shownAddress(text))} is not a checksum`;
    return [errorAt('QEMU_CHECKSUM', `/${name}`, message, { hint })];
  }
  if (parsed.kind === 'none') return unchecked(`/${name}`, places);
  return list?.kind === 'file' ? localList(`/${name}`, list, places, context) : [];
}

/** A list on this machine is looked into at once; one of those places has to be in it. */
function localList(
  pointer: string,
  list: Location & { readonly kind: 'file' },
  places: readonly string[],
  context: PrepareContext,
): Diagnostics {
  const bytes = context.readStart(list.path, LONGEST_LIST + 1);
  if (bytes === undefined) {
    const hint = 'relative paths start from the working directory';
    return [errorAt('QEMU_CHECKSUM_LIST', pointer, `the list of checksums ${list.path} cannot be read`, { hint })];
  }
  const fault = faultOfList(bytes);
  if (fault !== undefined) {
    const message = `${list.path} is no list of checksums: ${fault}`;
    return [errorAt('QEMU_CHECKSUM_LIST', pointer, message, { hint: 'are the source and its checksum swapped?' })];
  }
  const text = Buffer.from(bytes).toString('utf8');
  const files = places.map(parseLocation).filter((file) => file !== undefined);
  const listed = files.map((file) => findInList(text, list, file));
  if (files.length === 0 || listed.some(({ kind }) => kind === 'found')) return [];
  const contradictory = listed.find((one) => one.kind === 'contradictory');
  if (contradictory !== undefined) {
    const { message, hint } = faultOfListed(contradictory, list.path, '');
    return [errorAt('QEMU_CHECKSUM_LIST', pointer, message, { hint })];
  }
  const names = files.map(({ name }) => name).join(', ');
  return [errorAt('QEMU_CHECKSUM_LIST', pointer, `the list ${list.path} has no checksum of ${names}`)];
}

/** What a schema cannot say of the places that a machine starts from, and of their checksums. */
export function checkSources(config: QemuBuilderConfig, context: PrepareContext): Diagnostics {
  return [...source(config, context), ...kernel(config, context)];
}
