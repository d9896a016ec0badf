import { readLocator } from '../../plugins/sdk/cloud.ts';
import { isList, isObject, type Acquired, type JsonObject, type JsonValue } from '../../plugins/sdk/index.ts';

/** A volume that is to stay. */
interface ResultVolume extends JsonObject {
  readonly device: string;
  readonly id: string;
}

/** What the build was for. Until it is kept, all of it goes when the build fails. */
export interface Result {
  readonly volumes: readonly ResultVolume[];
  readonly snapshots: readonly string[];
  readonly acquired: readonly Acquired<string, undefined>[];
}

/** A result as the journal knows it. */
export type NotedResult = Pick<Result, 'volumes' | 'snapshots'>;

export function notedResult({ volumes, snapshots }: Result): JsonValue {
  return { volumes: [...volumes], snapshots: [...snapshots] };
}

function isVolume(value: JsonValue): value is ResultVolume {
  return isObject(value) && 'device' in value && 'id' in value;
}

/** What `notedResult` wrote. */
export function readResult(noted: JsonValue): NotedResult {
  const record = readLocator(noted);
  const volumes = record.value('volumes') ?? [];
  return { volumes: isList(volumes) ? volumes.filter(isVolume) : [], snapshots: record.list('snapshots') };
}
