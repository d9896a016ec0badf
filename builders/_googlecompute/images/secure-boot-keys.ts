import { readFile } from 'node:fs/promises';
import { expandHome } from '../../../plugins/sdk/files.ts';
import { aboutOption } from '../../../plugins/sdk/index.ts';
import type { Image } from '../api/driver.ts';
import type { ImageOptions } from '../mixins/image.gen.ts';

type Keys = NonNullable<Image['shieldedInstanceInitialState']>;
type Content = NonNullable<Keys['pk']>;

/** A certificate in DER begins with a sequence that is longer than 255 bytes. */
function isCertificate(bytes: Buffer): boolean {
  return bytes.subarray(0, 2).equals(Buffer.from([0x30, 0x82]));
}

/** What a PEM file has between its lines. */
function unwrapped(bytes: Buffer): Buffer {
  const [, inner] = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/.exec(bytes.toString('latin1')) ?? [];
  return inner === undefined ? bytes : Buffer.from(inner, 'base64');
}

async function read(option: string, path: string): Promise<Content> {
  const bytes = unwrapped(await aboutOption(`/${option}`, () => readFile(expandHome(path))));
  return { content: bytes.toString('base64'), fileType: isCertificate(bytes) ? 'X509' : 'BIN' };
}

function readAll(option: string, paths: readonly string[] = []): Promise<Content[]> {
  return Promise.all(paths.map((path, index) => read(`${option}/${String(index)}`, path)));
}

/** The keys that the image boots by, in files of the template; undefined when it names none. */
export async function secureBootKeys(config: ImageOptions): Promise<Keys | undefined> {
  const { image_platform_key: platform } = config;
  const [keks, dbs, dbxs] = await Promise.all([
    readAll('image_key_exchange_key', config.image_key_exchange_key),
    readAll('image_signatures_db', config.image_signatures_db),
    readAll('image_forbidden_signatures_db', config.image_forbidden_signatures_db),
  ]);
  const keys: Keys = {
    ...(platform === undefined ? {} : { pk: await read('image_platform_key', platform) }),
    ...(keks.length === 0 ? {} : { keks }),
    ...(dbs.length === 0 ? {} : { dbs }),
    ...(dbxs.length === 0 ? {} : { dbxs }),
  };
  return Object.keys(keys).length === 0 ? undefined : keys;
}
