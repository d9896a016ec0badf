import { createReadStream, readdirSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { digestFile } from '../../core/files/digest/digest-file.ts';
import type { JsonObject } from '../../core/contract/json.ts';
import { UsageError } from '../../core/errors/errors.ts';
import { readPackageOf } from './archive.ts';

/** A folder of tarballs that answers npm as a registry does, on this machine's loopback address. */
export interface Mirror {
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Version {
  readonly file: string;
  readonly content: JsonObject;
}

function textOf(content: JsonObject, key: string): string {
  const value = content[key];
  return typeof value === 'string' ? value : '';
}

/** The tarballs by package name and version. */
async function readFolder(folder: string): Promise<ReadonlyMap<string, readonly Version[]>> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`the mirror ${folder} is no folder`, {
      code: 'PLUGIN_MIRROR',
      hint: 'a mirror is a folder of tarballs as "npm pack" writes them, of plugins and of what they depend on',
    });
  }
  const packages = new Map<string, Version[]>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.tgz'))) {
    const content = await readPackageOf(join(folder, file));
    const name = textOf(content, 'name');
    packages.set(name, [...(packages.get(name) ?? []), { file, content }]);
  }
  return packages;
}

async function answerFor(name: string, versions: readonly Version[], folder: string, url: string): Promise<JsonObject> {
  const all = await Promise.all(
    versions.map(async ({ file, content }) => {
      const digests = await digestFile(join(folder, file), ['sha512'], { signal: new AbortController().signal });
      const integrity = `sha512-${Buffer.from(digests.get('sha512') ?? '', 'hex').toString('base64')}`;
      const dist = { tarball: `${url}/-/${encodeURIComponent(file)}`, integrity };
      return [textOf(content, 'version'), { ...content, dist }] as const;
    }),
  );
  const { latest } = await import('../installed/versions.ts');
  return {
    name,
    'dist-tags': { latest: latest(all.map(([version]) => version)) ?? '' },
    versions: Object.fromEntries(all),
  };
}

async function answer(
  { url: asked = '' }: IncomingMessage,
  response: ServerResponse,
  packages: ReadonlyMap<string, readonly Version[]>,
  folder: string,
  url: string,
): Promise<void> {
  const path = decodeURIComponent(asked.slice(1).split('?', 1).join(''));
  const file = path.startsWith('-/') ? path.slice(2) : undefined;
  if (file !== undefined && [...packages.values()].flat().some((version) => version.file === file)) {
    createReadStream(join(folder, file))
      .on('error', () => response.destroy())
      .pipe(response);
    return;
  }
  const versions = packages.get(path);
  response.statusCode = versions === undefined ? 404 : 200;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(versions === undefined ? {} : await answerFor(path, versions, folder, url)));
}

/** Opens a folder of tarballs for npm. Throws `UsageError` PLUGIN_MIRROR, and `StepError` PLUGIN_ARCHIVE. */
export async function openMirror(folder: string): Promise<Mirror> {
  const packages = await readFolder(folder);
  let url = '';
  const server = createServer((request, response) => {
    void answer(request, response, packages, folder, url).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
