import type { UploadFile } from '../store.ts';

/** Writes stretches of a file; a file that is not there is made. */
export interface WriteInParts {
  readonly partSize: number;
  at(path: string, position: number, bytes: Buffer, signal: AbortSignal): Promise<void>;
}

/** Writes a whole file, in place of what is at the path. */
export interface WriteAtOnce {
  whole(path: string, file: UploadFile, onBytes: (count: number) => void, signal: AbortSignal): Promise<void>;
}

export interface TreeFile {
  readonly size: number;
  /** When it was changed last, in whatever unit and precision the tree has. */
  readonly changed: number;
  readonly isDirectory: boolean;
}

/** A place with files and directories. Methods throw `StepError`; UPLOAD_INTERRUPTED for what may pass by itself. */
export interface Tree {
  readonly write: WriteInParts | WriteAtOnce;
  look(path: string): Promise<TreeFile | undefined>;
  /** Names; none when there is no such directory. */
  list(directory: string): Promise<readonly string[]>;
  /** With those above it. */
  makeDirectory(path: string): Promise<void>;
  /** Writes a small file. */
  put(path: string, bytes: Buffer): Promise<void>;
  read(path: string, take: (chunk: Buffer) => void): Promise<void>;
  /** Replaces what is at `to`. */
  move(from: string, to: string): Promise<void>;
  /** Has a file put on the disk, where that can be had. */
  settle(path: string): Promise<void>;
  /** What is not there counts as removed. */
  remove(path: string): Promise<void>;
  /** Bytes that may still be written; undefined when nobody tells. */
  room(directory: string): Promise<number | undefined>;
  /** SHA-256 in lower-case hex where it costs less than reading the file; undefined when there is no such way. */
  digest(path: string): Promise<string | undefined>;
  close(): Promise<void>;
}
