import { constants } from 'node:fs';
import { access, appendFile, copyFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { aboutOption, StepError, type BuildRun } from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import { newcArchive, type ArchiveMember } from '../media/newc-archive.ts';
import { obtain } from '../../_shared/download/obtain.ts';
import type { GuestHttp } from '../steps/serve-http.ts';

/** What QEMU starts in the place of a boot loader. */
export interface Kernel {
  readonly path: string;
  readonly initrd: string | undefined;
  readonly args: string;
}

async function fileMember(path: string, hostPath: string): Promise<ArchiveMember> {
  try {
    const executable = await access(hostPath, constants.X_OK).then(
      () => true,
      () => false,
    );
    return { path, content: await readFile(hostPath), executable };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : '';
    throw new StepError(`the file ${hostPath} for the initrd cannot be read: ${reason}`, {
      code: 'SOURCE_UNREADABLE',
      pointer: '/initrd_files',
      cause,
    });
  }
}

/** The initrd with the template's files behind: Linux unpacks one archive after the other. */
async function withFiles(
  initrd: string | undefined,
  members: readonly ArchiveMember[],
  build: BuildRun,
): Promise<string | undefined> {
  if (members.length === 0) return initrd;
  const path = join(await build.temporaryDirectory(), 'initrd');
  if (initrd !== undefined) {
    await copyFile(initrd, path);
    const { size } = await stat(path);
    await appendFile(path, new Uint8Array(-size & 3));
  }
  await appendFile(path, newcArchive(members));
  return path;
}

/** Finds the kernel and the initrd, and puts the template's files into the latter. Throws `StepError`. */
export async function findKernel(
  config: QemuBuilderConfig,
  kernelUrl: string,
  context: { readonly name: string; readonly http: GuestHttp },
  build: BuildRun,
): Promise<Kernel> {
  const find = async (name: 'kernel' | 'initrd', place: string): Promise<string> => {
    const checksum = config[`${name}_checksum`] ?? 'none';
    const wish = { place, checksum, checksumPointer: `/${name}_checksum` };
    return (await aboutOption(`/${name}_url`, () => obtain(wish, build))).path;
  };
  const path = await find('kernel', kernelUrl);
  const initrd = config.initrd_url === undefined ? undefined : await find('initrd', config.initrd_url);
  const { seenByGuest } = context.http;
  const data = { HTTPIP: seenByGuest.ip, HTTPPort: seenByGuest.port, Name: context.name };
  const inside = (name: string): string => name.replace(/^\/+/, '');
  const members = [
    ...(await Promise.all(
      Object.entries(config.initrd_files ?? {}).map(([name, hostPath]) => fileMember(inside(name), hostPath)),
    )),
    ...Object.entries(config.initrd_content ?? {}).map(([name, text]) => ({
      path: inside(name),
      content: Buffer.from(build.render(text, data, '/initrd_content')),
    })),
  ];
  return {
    path,
    initrd: await withFiles(initrd, members, build),
    args: build.render(config.kernel_args ?? '', data, '/kernel_args'),
  };
}
