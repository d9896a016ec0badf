import { StepError, type JsonObject, type JsonValue } from '../../plugins/sdk/index.ts';

/** The error of a build that cannot be gone on with. */
export function lost(message: string, hint: string = 'build the template anew', cause?: unknown): StepError {
  return new StepError(message, { code: 'RESUME_LOST', hint, cause });
}

function hasMembers<T extends JsonObject>(value: JsonValue, members: readonly (keyof T & string)[]): value is T {
  return typeof value === 'object' && value !== null && members.every((name) => name in value);
}

/** A checkpoint with these members. Throws `StepError` RESUME_LOST for what another version of Kiln wrote. */
export function readState<T extends JsonObject>(value: JsonValue, members: readonly (keyof T & string)[]): T {
  if (hasMembers<T>(value, members)) return value;
  throw lost('what the run wrote down cannot be understood');
}
