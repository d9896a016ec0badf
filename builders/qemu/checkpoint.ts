import type { BuildKey } from '../../plugins/sdk/keys.ts';
import { checkpoints, StepError, type JsonValue } from '../../plugins/sdk/index.ts';
import { readFile } from 'node:fs/promises';
import type { OwnedProcess, StagedOutput } from '../../plugins/sdk/host.ts';
import type { Machine, MachinePlaces } from './machine/machine.ts';
import type { Disk, Disks } from './steps/create-disks.ts';
import type { GuestHttp } from './steps/serve-http.ts';

export type RunningMachine = {
  readonly process: OwnedProcess['id'];
  readonly places: MachinePlaces;
  readonly hostPort: number | null;
};

/** All that a build needs to go on in another process. The key itself stays in its file. */
export type Checkpoint = {
  readonly stage: 'provisioning' | 'shutting down' | 'off' | 'written';
  readonly output: StagedOutput['checkpoint'];
  readonly accelerator: string | null;
  readonly disks: {
    readonly directory: string;
    readonly all: readonly { readonly [Name in keyof Disk]: Disk[Name] }[];
    readonly efiVars: string | null;
  };
  readonly key: { readonly [Name in Exclude<keyof BuildKey, 'privateKey'>]: string } | null;
  readonly httpPort: number | null;
  readonly machine: RunningMachine;
};

export interface Parts {
  readonly staged: StagedOutput;
  readonly accelerator: string | undefined;
  readonly disks: Disks;
  readonly key: BuildKey | undefined;
  readonly http: GuestHttp;
  readonly machine: Machine;
}

const MEMBERS = ['stage', 'output', 'accelerator', 'disks', 'key', 'httpPort', 'machine'];

const states = checkpoints<Checkpoint>({
  version: 1,
  read: (record) => (MEMBERS.every((name) => name in record) ? (record as Checkpoint) : undefined),
});

export function checkpointOf(stage: Checkpoint['stage'], parts: Parts): Checkpoint {
  const { staged, accelerator = null, disks, key, http, machine } = parts;
  const { process, places, hostPort = null } = machine;
  return states.write({
    stage,
    output: staged.checkpoint,
    accelerator,
    disks: {
      directory: disks.directory,
      all: disks.all.map((disk) => ({ ...disk })),
      efiVars: disks.efiVars ?? null,
    },
    key:
      key === undefined
        ? null
        : {
            publicKey: key.publicKey,
            name: key.name,
            privateKeyFile: key.privateKeyFile,
            publicKeyFile: key.publicKeyFile,
          },
    httpPort: http.seenByGuest.port === 0 ? null : http.seenByGuest.port,
    machine: { process, places, hostPort },
  });
}

/** Throws `StepError` RESUME_LOST for what another version of Kiln wrote. */
export function readCheckpoint(value: JsonValue): Checkpoint {
  return states.read(value);
}

export function disksOf({ disks }: Checkpoint): Disks {
  return { ...disks, efiVars: disks.efiVars ?? undefined };
}

/** Throws `StepError` RESUME_LOST when the key's file is gone. */
export async function keyOf({ key }: Checkpoint): Promise<BuildKey | undefined> {
  if (key === null) return undefined;
  try {
    return { ...key, privateKey: await readFile(key.privateKeyFile, 'utf8') };
  } catch (cause) {
    throw new StepError(`the key of the machine is gone: ${key.privateKeyFile}`, { code: 'RESUME_LOST', cause });
  }
}
