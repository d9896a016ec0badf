import { isList, isObject } from '../../json/guards.ts';
import type { Artifact } from '../../contract/artifact.ts';
import type { PostProcessed } from '../../contract/component.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { inTodaysWords } from './older-records.ts';
import { isOwner, type RunOwner } from '../../locks/owner.ts';

/** One line of a journal. `token` ties together what is said of one thing. */
export type JournalRecord =
  | {
      readonly record: 'run';
      readonly format: 1;
      readonly runId: string;
      readonly owner: RunOwner;
      readonly template: string;
      /** Milliseconds since the epoch. */
      readonly started: number;
    }
  | {
      /** Is about to be made. */
      readonly record: 'intent';
      readonly token: string;
      readonly kind: string;
      /** Left out when the thing is the run's own. */
      readonly build?: string | undefined;
      readonly describe: string;
      readonly locator: JsonValue;
      /** Milliseconds since the epoch. */
      readonly at?: number;
    }
  /** `identity`: see `ResourceKind.identify`; not in journals of older Kilns. */
  | {
      readonly record: 'created';
      readonly token: string;
      readonly id: JsonValue;
      readonly identity?: JsonValue;
      readonly at?: number;
    }
  | { readonly record: 'released'; readonly token: string }
  /** Part of the result: never given back. */
  | { readonly record: 'kept'; readonly tokens: readonly string[] }
  /** Left for its user to look at (`-on-error=keep`): given back only when asked for. */
  | { readonly record: 'held'; readonly token: string }
  | { readonly record: 'provisioned'; readonly build: string; readonly type: string; readonly identity: string }
  /** Socket of the serial console of the build's machine; see `BuildRun.offerConsole`. */
  | { readonly record: 'console'; readonly build: string; readonly socket: string }
  /** From here the builder can go on in another process. */
  | { readonly record: 'checkpoint'; readonly build: string; readonly state: JsonValue }
  /** The builder is done. */
  | { readonly record: 'artifact'; readonly build: string; readonly artifact: Artifact; readonly data: JsonObject }
  | PostProcessedRecord
  /** What the builder did before its artifact is given back: it would begin anew. */
  | { readonly record: 'undone'; readonly build: string }
  /** All post-processors are through, and what they used up is gone. */
  | { readonly record: 'finished'; readonly build: string }
  | { readonly record: 'ended'; readonly outcome: string }
  /** Another process goes on with the run. */
  | { readonly record: 'claimed'; readonly owner: RunOwner };

/** What one post-processor did; see `PostProcessed`. */
export interface PostProcessedRecord {
  readonly record: 'post-processed';
  readonly build: string;
  readonly name: string;
  /** Of the sequence in the build, and of the post-processor in it. */
  readonly sequence: number;
  readonly position: number;
  readonly input: PostProcessed['input'];
  /** Null: the sequence ended here. */
  readonly artifact: Artifact | 'input' | null;
}

const textFields: Readonly<Record<JournalRecord['record'], readonly string[]>> = {
  run: ['runId', 'template'],
  intent: ['token', 'kind', 'describe'],
  created: ['token'],
  released: ['token'],
  kept: [],
  held: ['token'],
  provisioned: ['build', 'type', 'identity'],
  console: ['build', 'socket'],
  checkpoint: ['build'],
  artifact: ['build'],
  'post-processed': ['build', 'name'],
  undone: ['build'],
  finished: ['build'],
  ended: ['outcome'],
  claimed: [],
};

function isListOfText(value: JsonValue | undefined): boolean {
  return value instanceof Array && value.every((element) => typeof element === 'string');
}

function isDisk(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const { path, format, virtualSize, firmware = [], architecture = '', firmwareVariables = '' } = value;
  const texts = [path, format, architecture, firmwareVariables];
  return texts.every((text) => typeof text === 'string') && typeof virtualSize === 'number' && isListOfText(firmware);
}

function isArtifact(value: JsonValue | undefined): boolean {
  if (!isObject(value) || !['builderId', 'id', 'description'].every((name) => typeof value[name] === 'string')) {
    return false;
  }
  const { files, disks = [], properties } = value;
  return isListOfText(files) && isList(disks) && disks.every(isDisk) && isObject(properties);
}

const inputFates: readonly unknown[] = ['keep', 'discard', 'contained'] satisfies PostProcessed['input'][];

function isPostProcessed({ sequence, position, artifact, input }: JsonObject): boolean {
  if (typeof sequence !== 'number' || typeof position !== 'number' || !inputFates.includes(input)) return false;
  return artifact === null || artifact === 'input' || isArtifact(artifact);
}

function isIntent({ build, locator }: JsonObject): boolean {
  return locator !== undefined && (build === undefined || typeof build === 'string');
}

function isRecord(value: unknown): value is JournalRecord {
  if (!isObject(value)) return false;
  const name = value['record'];
  if (typeof name !== 'string' || !Object.hasOwn(textFields, name)) return false;
  const fields = textFields[name as JournalRecord['record']];
  if (!fields.every((field) => typeof value[field] === 'string')) return false;
  if (name === 'run') return value['format'] === 1 && typeof value['started'] === 'number' && isOwner(value['owner']);
  if (name === 'claimed') return isOwner(value['owner']);
  if (name === 'kept') return isListOfText(value['tokens']);
  if (!['number', 'undefined'].includes(typeof value['at'])) return false;
  if (name === 'intent') return isIntent(value);
  if (name === 'checkpoint') return value['state'] !== undefined;
  if (name === 'artifact') return isArtifact(value['artifact']) && isObject(value['data']);
  if (name === 'post-processed') return isPostProcessed(value);
  return name !== 'created' || value['id'] !== undefined;
}

function parseLine(line: string): JournalRecord | undefined {
  try {
    const value = inTodaysWords(JSON.parse(line));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A journal's records; lines that are not whole (Kiln or the machine died, the disk was full) are passed over. */
export function parseJournal(text: string): readonly JournalRecord[] {
  return text
    .split('\n')
    .map(parseLine)
    .filter((record) => record !== undefined);
}

/** Something that was perhaps made and not given back. */
export interface OpenThing {
  readonly token: string;
  readonly kind: string;
  /** Undefined when it is the run's own. */
  readonly build: string | undefined;
  readonly describe: string;
  readonly locator: JsonValue;
  /** Undefined when the journal has the intent only: it may exist or not. */
  readonly id: JsonValue | undefined;
  readonly identity?: JsonValue;
  /** See `ReleaseContext`. */
  readonly madeAt: number | undefined;
  readonly held: boolean;
  /** What it was made for, the artifact or a post-processor's work, is on record. */
  readonly served: boolean;
}

function createdNews({
  id,
  identity,
  at,
}: Extract<JournalRecord, { record: 'created' }>): Pick<OpenThing, 'id' | 'identity'> & { readonly madeAt?: number } {
  return { id, ...(identity === undefined ? {} : { identity }), ...(at === undefined ? {} : { madeAt: at }) };
}

/** What the records leave open, in the order in which it was made. */
export function openThings(records: readonly JournalRecord[]): readonly OpenThing[] {
  const open = new Map<string, OpenThing>();
  for (const record of records) {
    if (record.record === 'intent') {
      const { token, kind, build, describe, locator, at } = record;
      open.set(token, { token, kind, build, describe, locator, id: undefined, madeAt: at, held: false, served: false });
    } else if (record.record === 'created' || record.record === 'held') {
      const thing = open.get(record.token);
      const news = record.record === 'created' ? createdNews(record) : { held: true };
      if (thing !== undefined) open.set(record.token, { ...thing, ...news });
    } else if (record.record === 'artifact' || record.record === 'post-processed') {
      for (const thing of open.values()) {
        if (thing.build === record.build) open.set(thing.token, { ...thing, served: true });
      }
    } else if (record.record === 'released') {
      open.delete(record.token);
    } else if (record.record === 'kept') {
      for (const token of record.tokens) open.delete(token);
    }
  }
  return [...open.values()];
}
