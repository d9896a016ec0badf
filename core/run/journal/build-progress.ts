import type { Artifact } from '../../contract/artifact.ts';
import type { JournalRecord, PostProcessedRecord } from './journal-record.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { ProvisionerReport } from '../report.ts';

/** How far a build came before its process ended. */
export interface BuildProgress {
  /** From where the builder can go on; `tokens` are those of the things it had made by then. */
  readonly checkpoint: { readonly state: JsonValue; readonly tokens: ReadonlySet<string> } | undefined;
  /** The provisioners that finished. */
  readonly provisioned: readonly ProvisionerReport[];
  /** The socket of its machine's console, which may be gone. */
  readonly console: string | undefined;
  /** What the builder made, and what it said of its guest. */
  readonly made: { readonly artifact: Artifact; readonly data: JsonObject } | undefined;
  readonly postProcessed: readonly PostProcessedRecord[];
  readonly finished: boolean;
}

const nothing: BuildProgress = {
  checkpoint: undefined,
  provisioned: [],
  console: undefined,
  made: undefined,
  postProcessed: [],
  finished: false,
};

function after(progress: BuildProgress, record: JournalRecord, tokens: readonly string[]): BuildProgress {
  switch (record.record) {
    case 'checkpoint':
      return { ...progress, checkpoint: { state: record.state, tokens: new Set(tokens) } };
    case 'provisioned': {
      const { type, identity } = record;
      return { ...progress, provisioned: [...progress.provisioned, { type, identity }] };
    }
    case 'console':
      return { ...progress, console: record.socket };
    case 'artifact':
      return { ...progress, made: { artifact: record.artifact, data: record.data }, postProcessed: [] };
    case 'post-processed':
      return { ...progress, postProcessed: [...progress.postProcessed, record] };
    case 'undone':
      return { ...progress, checkpoint: undefined, provisioned: [] };
    case 'finished':
      return { ...progress, finished: true };
    default:
      return progress;
  }
}

/** What a journal tells of each build, by its display name. */
export function progressOf(records: readonly JournalRecord[]): ReadonlyMap<string, BuildProgress> {
  const builds = new Map<string, BuildProgress>();
  const tokens = new Map<string, string[]>();
  for (const record of records) {
    if (!('build' in record) || record.build === undefined) continue;
    const { build } = record;
    if (record.record === 'intent') tokens.set(build, [...(tokens.get(build) ?? []), record.token]);
    else builds.set(build, after(builds.get(build) ?? nothing, record, tokens.get(build) ?? []));
  }
  return builds;
}
