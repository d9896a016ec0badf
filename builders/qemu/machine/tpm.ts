import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StepError, throwIfCancelled, type BuildRun } from '../../../plugins/sdk/index.ts';
import type { OwnedProcess } from '../../../plugins/sdk/host.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import { lastLines } from './console.ts';
import type { QemuDriver } from '../driver.ts';

const POLL_MILLISECONDS = 10;

/** Where a machine's TPM is; the directory outlives the machine, so that a second one finds what the first stored. */
export interface TpmPlaces {
  readonly stateDirectory: string;
  readonly socket: string;
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Starts the TPM; it listens when this resolves. Throws `StepError` TPM_NOT_STARTED or PROGRAM_MISSING. */
export async function startTpm(
  config: QemuBuilderConfig,
  { stateDirectory, socket }: TpmPlaces,
  driver: QemuDriver,
  build: BuildRun,
): Promise<OwnedProcess> {
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  await rm(socket, { force: true });
  const logFile = join(stateDirectory, 'log');
  const version = config.use_tpm1 ? [] : ['--tpm2'];
  const places = ['--tpmstate', `dir=${stateDirectory}`, '--ctrl', `type=unixio,path=${socket}`];
  const name = `build ${build.displayName}`;
  const owned = await driver.startTpm(name, ['socket', ...places, '--terminate', ...version], logFile);
  const ended = owned.exited.then(() => true);
  while (!(await isThere(socket))) {
    throwIfCancelled(build.signal);
    if (!(await Promise.race([ended, delay(POLL_MILLISECONDS, false)]))) continue;
    const lines = await lastLines(logFile);
    throw new StepError(['the TPM did not start', ...lines].join('\n  '), {
      code: 'TPM_NOT_STARTED',
      pointer: '/vtpm',
    });
  }
  return owned;
}
