import type { JsonObject, JsonValue } from '../contract/json.ts';
import { StepError } from '../errors/errors.ts';
import { isObject } from '../json/guards.ts';

/** A version of a builder's checkpoints, and how one is read. */
export interface CheckpointFormat<T extends JsonObject> {
  /** To be raised whenever what `T` holds changes. */
  readonly version: number;
  /** The state of a record of this version; undefined when the record is not of its form. */
  readonly read: (record: JsonObject) => T | undefined;
}

/** How the checkpoints of a builder are written and read. */
export interface Checkpoints<T extends JsonObject> {
  /** The state as `BuildRun.checkpoint` takes it. */
  readonly write: (state: T) => T & { readonly version: number };
  /** Throws `StepError` RESUME_LOST, which tells a record of another version of Kiln from one that is broken. */
  readonly read: (record: JsonValue) => T;
}

function lost(message: string): StepError {
  return new StepError(message, { code: 'RESUME_LOST', hint: 'build the template anew' });
}

/** Checkpoints that carry the version of their form, so that no Kiln reads what it does not understand. */
export function checkpoints<T extends JsonObject>(format: CheckpointFormat<T>): Checkpoints<T> {
  const { version, read } = format;
  return {
    write: (state) => ({ ...state, version }),
    read: (record) => {
      if (!isObject(record)) throw lost('what the run wrote down cannot be understood');
      const { version: written = 0 } = record;
      if (written !== version) {
        const which = typeof written === 'number' && written > version ? 'a newer' : 'an older';
        throw lost(`the run was begun by ${which} version of Kiln, and this one cannot go on with it`);
      }
      const state = read(record);
      if (state === undefined) throw lost('what the run wrote down cannot be understood');
      return state;
    },
  };
}
