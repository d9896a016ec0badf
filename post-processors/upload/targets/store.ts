import type { DigestAlgorithm } from '../../../plugins/sdk/files.ts';
import type { JsonObject } from '../../../plugins/sdk/index.ts';

/** What an upload is known by at the far end. */
export interface Mark {
  /** The same for all uploads that one target of a template makes for builds of a name. */
  readonly series: string;
  /** Id of the run. */
  readonly run: string;
  /** Milliseconds since the epoch, of the run's start. */
  readonly time: number;
}

/** A file on its way to a target. */
export interface UploadFile {
  /** Absolute path on this machine. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Its whole name at the target: path of a file, key of an object. */
  readonly name: string;
  readonly mark: Mark;
}

/** A stretch of a file. */
export interface Part {
  /** Counts from 0. */
  readonly index: number;
  readonly position: number;
  readonly length: number;
}

interface Finish {
  /** By which digest of a whole file the far end is asked what it has; default: SHA-256. */
  readonly comparedBy?: DigestAlgorithm;
  /**
   * Makes sure that the far end has what was sent, then gives it its final name. `digest` is the file's, in lower-case hex.
   * Throws `StepError` UPLOAD_DAMAGED when it has something else; then nothing has the final name that had it not before.
   */
  publish(digest: string): Promise<void>;
}

/** An upload whose file goes in parts. */
export interface UploadInParts extends Finish {
  readonly partSize: number;
  /** How many parts may be on their way at once. With 1 they come in the order of the file. */
  readonly atOnce: number;
  /** Whether a part is there already, the same as these bytes. */
  isThere(part: Part, bytes: Buffer): boolean;
  /** Sends a part; the bytes are the caller's again when it ends. May be called again for the same part. */
  put(part: Part, bytes: Buffer, signal: AbortSignal): Promise<void>;
}

/** An upload whose file goes in one piece. */
export interface UploadAtOnce extends Finish {
  /** Sends the file and tells how many bytes went since the last call. May be called again. */
  send(onBytes: (count: number) => void, signal: AbortSignal): Promise<void>;
}

export type Upload = UploadInParts | UploadAtOnce;

/** What is there of an upload that is not whole; in the journal, so that it has no secrets. */
export type Half = JsonObject;

/** Uploads of one run that are at the far end. */
export interface KeptUpload {
  readonly run: string;
  readonly time: number;
  /** Names at the target. */
  readonly names: readonly string[];
  /** What the target knows them by. */
  readonly record: string;
}

/** What a target can tell and do about earlier uploads. */
export interface Retention {
  /** Those of the file's series in the directory that it is in, and no others. */
  list(file: UploadFile): Promise<readonly KeptUpload[]>;
  /** Removes what is still as Kiln has put it there, but for names that are in `spared`; resolves with what it removed. */
  remove(upload: KeptUpload, spared: ReadonlySet<string>): Promise<readonly string[]>;
}

/** A file that is at the target under its final name. */
export interface SentFile extends UploadFile {
  readonly sha256: string;
}

/** The far end of a target, opened. Methods throw `StepError`; UPLOAD_INTERRUPTED for what may pass by itself. */
export interface Store {
  /** Without login. */
  urlOf(name: string): string;
  /** Of one file, where `urlOf` is that of several. */
  fileUrlOf?(file: SentFile): string;
  /** Finds out whether the target would take these files; puts nothing there. */
  check(files: readonly UploadFile[]): Promise<void>;
  /** Begins an upload that can be found by its token. */
  begin(file: UploadFile, token: string): Promise<Half>;
  /**
   * Goes on with an upload. "published": the file has its final name since; undefined: there is nothing to go on with.
   */
  open(half: Half, file: UploadFile): Promise<Upload | 'published' | undefined>;
  /** Removes what is there of an upload that is not whole; what has its final name stays. */
  discard(half: Half): Promise<void>;
  /** `since` is when the upload was asked for, in milliseconds since the epoch. */
  find(token: string, name: string, since: number): Promise<readonly Half[]>;
  /** Publishes all files of the target together, and gives the URLs and digests of what was made for that. */
  finish?(files: readonly SentFile[]): Promise<readonly { url: string; size: number; sha256: string }[]>;
  readonly retention?: Retention;
  /** Never throws. */
  close(): Promise<void>;
}
