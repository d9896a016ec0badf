import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  aboutOption,
  CancelledError,
  CommandError,
  KilnError,
  StepError,
  type BuildRun,
} from '../../../plugins/sdk/index.ts';
import { secretsIn, shownAddress } from '../../../plugins/sdk/http.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import type { QemuDriver } from '../driver.ts';
import { parseLocation } from '../../_shared/download/location.ts';
import { obtain, type Obtained } from '../../_shared/download/obtain.ts';
import { sourceOption } from '../source-option.ts';
import { artifactImage, sourceImage } from './inspect-image.ts';

export type Source =
  | { readonly kind: 'none' }
  | { readonly kind: 'iso'; readonly path: string }
  | { readonly kind: 'image'; readonly path: string; readonly format: string; readonly virtualSize: number };

/** A source that QEMU itself reads from where it is. Throws `StepError` SOURCE_UNREADABLE. */
async function readInPlace(url: string, driver: QemuDriver): Promise<Obtained> {
  try {
    await driver.inspect(url);
    return { path: url, origin: 'in place' };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const tail = error.outputTail ?? '';
    const lacksCurl = /Unknown protocol/.test(tail);
    const reason = (tail.trim().split('\n').at(-1) ?? '').replaceAll(url, shownAddress(url));
    throw new StepError(`QEMU cannot read ${shownAddress(url)}: ${reason}`, {
      code: 'SOURCE_UNREADABLE',
      cause: error,
      hint: lacksCurl
        ? 'install its curl module (on Debian: apt-get install qemu-block-extra), or leave iso_skip_cache out'
        : 'leave iso_skip_cache out if the server gives no ranges',
    });
  }
}

/**
 * Where a download goes. In a directory, or where the option says that it is one, it gets the name that Packer gives
 * it. Absolute.
 */
async function targetOf(given: string, config: QemuBuilderConfig): Promise<string> {
  const path = resolve(given);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true && !given.endsWith('/')) return path;
  const { iso_checksum: checksum = 'none', iso_url: url = config.iso_urls?.[0] ?? '' } = config;
  const named = checksum.trim().toLowerCase() === 'none' ? url : checksum;
  const extension = (config.iso_target_extension ?? 'iso').replace(/^\./, '');
  return join(path, `${createHash('sha1').update(named).digest('hex')}.${extension}`);
}

/** Tries the places in order; the failure of the last one is thrown, with those of the others in its message. */
async function firstOf(config: QemuBuilderConfig, driver: QemuDriver, build: BuildRun): Promise<Obtained> {
  const places = config.iso_url === undefined ? (config.iso_urls ?? []) : [config.iso_url];
  const wanted = {
    checksum: config.iso_checksum ?? 'none',
    checksumPointer: '/iso_checksum',
    unpack: true,
    ...(config.iso_target_path === undefined ? {} : { target: await targetOf(config.iso_target_path, config) }),
    ...(config.iso_target_extension === undefined ? {} : { extension: config.iso_target_extension }),
  };
  for (const secret of places.flatMap(secretsIn)) build.addSecret(secret);
  const failures: KilnError[] = [];
  for (const [index, place] of places.entries()) {
    try {
      const location = parseLocation(place);
      return config.iso_skip_cache && location?.kind === 'web'
        ? await readInPlace(location.url, driver)
        : await obtain({ ...wanted, place }, build);
    } catch (error) {
      if (!(error instanceof KilnError) || error instanceof CancelledError) throw error;
      failures.push(error);
      if (index < places.length - 1) build.warn(`${error.message}; trying the next place`);
    }
  }
  const [first, ...others] = failures;
  if (first === undefined)
    throw new StepError('there is nothing to start from', { code: 'SOURCE_MISSING', pointer: '/iso_url' });
  const pointer = first.pointer ?? (config.iso_url === undefined ? '/iso_urls/0' : '/iso_url');
  const { code, hint } = first;
  throw new StepError([first, ...others].map(({ message }) => message).join('; '), {
    code,
    pointer,
    cause: first,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Finds what the machine starts from; its checksum has been compared. Throws `StepError`. */
export async function findSource(config: QemuBuilderConfig, driver: QemuDriver, build: BuildRun): Promise<Source> {
  const { source } = build;
  if (source !== undefined) {
    return { kind: 'image', ...(await aboutOption('/from', () => artifactImage(source, driver))) };
  }
  const given = config.iso_url !== undefined || config.iso_urls !== undefined;
  if (config.kernel_url !== undefined && !given) return { kind: 'none' };
  const found = await firstOf(config, driver, build);
  if (!config.disk_image) return { kind: 'iso', path: found.path };
  const image = await aboutOption(sourceOption(config), () => sourceImage(found, config.use_backing_file, driver));
  return { kind: 'image', ...image };
}
