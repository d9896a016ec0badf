import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ResourceKind } from 'kiln-sdk';

/** The image is a file that has the token by which it is found again. */
export async function makeImage(cloud: string, name: string, token: string): Promise<string> {
  const path = resolve(cloud, `${name}-${token}.img`);
  await writeFile(path, `image ${name}\n${token}\n`);
  return path;
}

async function findImages(token: string, cloud: string): Promise<readonly string[]> {
  const names = await readdir(cloud).catch(() => []);
  const images = names.filter((name) => name.endsWith('.img')).map((name) => join(cloud, name));
  const texts = await Promise.all(images.map(async (path) => readFile(path, 'utf8').catch(() => '')));
  return images.filter((_, index) => texts[index]?.includes(token));
}

/** `kiln gc` gives back what a crash has left by this alone, in another process. */
export const imageKind: ResourceKind<string> = {
  kind: 'example:image',
  find: async (token, cloud) => (typeof cloud === 'string' ? findImages(token, cloud) : []),
  release: async (path) => rm(path, { force: true }),
};
