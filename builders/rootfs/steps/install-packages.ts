import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CancelledError, CommandError, StepError, type BuildRun } from '../../../plugins/sdk/index.ts';
import { startProcess } from '../../../plugins/sdk/host.ts';
import { formatSources } from '../apt-sources.ts';
import type { RootfsBuilderConfig } from '../config.gen.ts';
import { followFile, readTail } from '../follow-file.ts';
import { imageFiles } from '../image-files.ts';
import { customizeScript, PASSWORD_VARIABLE, setupScript } from '../image-scripts.ts';
import type { ChosenSources } from './choose-sources.ts';

/** What every image needs to boot, to have a network and to be reached by SSH. */
const NEEDED_PACKAGES = [
  'systemd-sysv',
  'systemd-resolved',
  'dbus',
  'udev',
  'kmod',
  'iproute2',
  'openssh-server',
  'initramfs-tools',
  'zstd',
  'e2fsprogs',
  'usr-is-merged',
];

function packages(config: RootfsBuilderConfig, sources: ChosenSources): readonly string[] {
  const encrypted = [...sources.sources.map(({ uri }) => uri), sources.image.proxy ?? ''].some((address) =>
    address.startsWith('https:'),
  );
  return [...NEEDED_PACKAGES, config.kernel_package, ...(encrypted ? ['ca-certificates'] : []), ...config.packages];
}

/** The log has hundreds of lines and whole scripts; the phases are what one wants to see. */
function report(line: string, build: BuildRun): void {
  const [, phase] = /^I: (running apt-get update|downloading|extracting|installing)\b/.exec(line) ?? [];
  if (phase === undefined) build.debug(line);
  else build.say(line.slice(3).replace(/\.\.\.$/, ''));
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", `'"'"'`)}'`;
}

/** The last line of the log that says what went wrong; apt's and mmdebstrap's start with "E: ". */
function reasonIn(log: string): string {
  const errors = log.split('\n').filter((line) => line.startsWith('E: '));
  return (errors.find((line) => !/mmdebstrap|failed: \d+$/.test(line)) ?? errors[0] ?? '').slice(3);
}

/**
 * Installs the packages into a new directory and returns it. mmdebstrap has its own mount and process namespaces, so
 * that nothing stays mounted whatever becomes of it. Throws `StepError` ROOTFS_NEEDS_ROOT, `CommandError` ROOTFS_PACKAGES.
 */
export async function installPackages(
  config: RootfsBuilderConfig,
  sources: ChosenSources,
  rootUuid: string,
  directory: string,
  build: BuildRun,
): Promise<string> {
  if (process.getuid?.() !== 0) {
    throw new StepError('the rootfs builder makes files that belong to root, and so must run as root', {
      code: 'ROOTFS_NEEDS_ROOT',
      hint: 'run it as root, or as "unshare --map-root-user --map-auto" does where sub-user ids are set up',
    });
  }
  const tree = join(directory, 'tree');
  const sourceFile = join(directory, 'debian.sources');
  const logFile = join(directory, 'mmdebstrap.log');
  // The sources may have passwords in them, and the log tells of them.
  await writeFile(sourceFile, formatSources(sources.sources), { mode: 0o600 });
  await writeFile(logFile, '', { mode: 0o600 });
  const { proxy } = sources;
  const installing = await startProcess(build, {
    describe: 'mmdebstrap',
    program: 'mmdebstrap',
    args: [
      '--mode=unshare',
      '--format=directory',
      '--architectures=amd64',
      `--variant=${config.variant}`,
      `--include=${packages(config, sources).join(' ')}`,
      '--skip=cleanup/apt/lists',
      // Without a sync for every package: what a crash of this machine would spoil is thrown away anyhow.
      '--dpkgopt=force-unsafe-io',
      '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr',
      ...sources.keyrings.map((path) => `--setup-hook=upload ${quoted(path)} ${quoted(path)}`),
      `--setup-hook=${setupScript()}`,
      `--customize-hook=${customizeScript(imageFiles(config, rootUuid, sources.image))}`,
      config.suite,
      tree,
      sourceFile,
    ],
    // Scripts of packages get what mmdebstrap gets.
    forGuest: true,
    env: {
      TMPDIR: directory,
      ...(config.root_password === undefined ? {} : { [PASSWORD_VARIABLE]: config.root_password }),
      ...(proxy === undefined ? {} : { http_proxy: proxy, https_proxy: proxy }),
    },
    logFile,
  });
  const stop = (): void => void installing.stop();
  build.signal.addEventListener('abort', stop, { once: true });
  await followFile(logFile, installing.exited, (line) => report(line, build));
  const { exitStatus } = await installing.exited;
  build.signal.removeEventListener('abort', stop);
  await installing.stop();
  if (build.signal.aborted) throw new CancelledError();
  if (exitStatus !== 0) {
    const outputTail = await readTail(logFile);
    const reason = reasonIn(outputTail);
    throw new CommandError(`mmdebstrap could not install the packages${reason === '' ? '' : `: ${reason}`}`, {
      code: 'ROOTFS_PACKAGES',
      pointer: /Unable to locate package|has no installation candidate/.test(reason) ? '/packages' : '/mirror',
      outputTail,
      ...(exitStatus === undefined ? {} : { exitStatus }),
    });
  }
  return tree;
}
