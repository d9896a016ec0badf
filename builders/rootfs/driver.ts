import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../../plugins/sdk/index.ts';
import { runProgram } from '../../plugins/sdk/host.ts';
import { parseDeb822Sources, parseOneLineSources, type AptSource } from './apt-sources.ts';

const APT_HELPER = '/usr/lib/apt/apt-helper';

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

async function readParsed(path: string, parse: (text: string) => readonly AptSource[]): Promise<readonly AptSource[]> {
  return readFile(path, 'utf8').then(parse, (error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
}

/** The package sources of this machine, in the order of apt: sources.list, then the files of sources.list.d by name. */
export async function readAptSources(directory = '/etc/apt'): Promise<readonly AptSource[]> {
  const parts = join(directory, 'sources.list.d');
  const names = await readdir(parts).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const read = await Promise.all([
    readParsed(join(directory, 'sources.list'), parseOneLineSources),
    ...names.sort().map((name) => {
      if (name.endsWith('.list')) return readParsed(join(parts, name), parseOneLineSources);
      if (name.endsWith('.sources')) return readParsed(join(parts, name), parseDeb822Sources);
      return [];
    }),
  ]);
  return read.flat();
}

async function aptOption(name: string, signal: AbortSignal): Promise<string> {
  const { stdout } = await runProgram('apt-config', ['shell', 'value', name], { signal });
  return /^value='(.*)'$/m.exec(stdout)?.[1] ?? '';
}

async function detectedProxy(address: string, signal: AbortSignal): Promise<string> {
  const { stdout } = await runProgram(APT_HELPER, ['auto-detect-proxy', address], { signal });
  return /^Using proxy '(.*)' for URL/m.exec(stdout)?.[1] ?? '';
}

/**
 * The proxy that apt of this machine uses for an address: what its configuration says (for the host, in general, or by
 * the program it names for detection), else the environment's. Undefined when it goes there directly.
 */
export async function aptProxy(address: string, signal: AbortSignal): Promise<string | undefined> {
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname } = new URL(address);
  const method = protocol.slice(0, -1);
  if (method !== 'http' && method !== 'https') return undefined;
  const ways = [
    () => aptOption(`Acquire::${method}::Proxy::${hostname}`, signal),
    () => detectedProxy(address, signal),
    () => aptOption(`Acquire::${method}::Proxy`, signal),
    () => Promise.resolve(process.env[`${method}_proxy`] ?? ''),
  ];
  for (const way of ways) {
    const found = await way().catch((error: unknown) => {
      // Without apt's programs there is no configuration of apt either.
      if (error instanceof CommandError && error.code === 'PROGRAM_MISSING') return '';
      throw error;
    });
    if (found === 'DIRECT') return undefined;
    if (found !== '') return found;
  }
  return undefined;
}

/** Makes a GRUB image that runs `configuration` first. `format` is grub-mkimage's, such as "i386-pc". */
export async function makeGrubImage(
  image: {
    readonly format: string;
    readonly configuration: string;
    readonly modules: readonly string[];
    readonly output: string;
  },
  signal: AbortSignal,
): Promise<void> {
  const { format, configuration, modules, output } = image;
  await runProgram('grub-mkimage', ['-O', format, '-c', configuration, '-p', '/boot/grub', '-o', output, ...modules], {
    signal,
  });
}
