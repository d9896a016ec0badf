import { readFile } from 'node:fs/promises';
import type { PendingRecord } from '../../plugins/sdk/cloud.ts';
import { checkpoints, type JsonObject, type JsonValue } from '../../plugins/sdk/index.ts';
import type { BakeInstance, KeyPair } from './key-pair.ts';
import { HELD_HINT, lost } from './lost.ts';

/** All that a bake needs to go on in another process. The temporary key itself stays in its file. */
export interface BakeCheckpoint extends JsonObject {
  /** The provisioners are at work; they are through; the result is there. */
  readonly stage: 'provisioning' | 'provisioned' | 'made';
  readonly instance: string;
  readonly key: { readonly name: string | null; readonly privateKeyFile: string | null };
  /** `BakeInstance.about`; empty when there is nothing. */
  readonly about: JsonObject;
  /** What late options know of the source: looking for it again might find a newer one. */
  readonly facts: JsonObject;
  /** The result as `BakeParts.note` has it; null until it is there. */
  readonly result: JsonValue;
  /** What the provider was asked for. */
  readonly pending: PendingRecord;
}

const MEMBERS = ['stage', 'instance', 'key', 'about', 'facts', 'result', 'pending'];

const states = checkpoints<BakeCheckpoint>({
  version: 2,
  read: (record) => (MEMBERS.every((name) => name in record) ? (record as BakeCheckpoint) : undefined),
});

export function checkpointOf(
  stage: BakeCheckpoint['stage'],
  { id, key, about = {} }: BakeInstance,
  facts: JsonObject,
  { result = null, pending = {} }: { readonly result?: JsonValue; readonly pending?: PendingRecord } = {},
): BakeCheckpoint {
  const noted = { name: key.name ?? null, privateKeyFile: key.privateKeyFile ?? null };
  return states.write({ stage, instance: id, key: noted, about, facts, result, pending });
}

/** Throws `StepError` RESUME_LOST for what another version of Kiln wrote. */
export function readCheckpoint(value: JsonValue): BakeCheckpoint {
  return states.read(value);
}

/** The key of the instance, read from its file. Throws `StepError` RESUME_LOST when the file is gone. */
export async function keyOf({ key: { name, privateKeyFile: file } }: BakeCheckpoint): Promise<KeyPair> {
  if (file === null) return { name: name ?? undefined, privateKey: undefined, privateKeyFile: undefined };
  try {
    return { name: name ?? undefined, privateKey: await readFile(file, 'utf8'), privateKeyFile: file };
  } catch (cause) {
    throw lost(`the key of the instance is gone: ${file}`, HELD_HINT, cause);
  }
}
