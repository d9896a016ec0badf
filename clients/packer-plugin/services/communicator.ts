import type { Readable, Writable } from 'node:stream';

/** A command in a guest. Streams that are not there are not connected: no input, and output that nobody reads. */
export interface PluginCommand {
  readonly command: string;
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
}

/** What is known of a file that is uploaded. */
export interface UploadedFile {
  readonly name: string;
  readonly size: number;
  /** Permission bits as Go has them; the lowest nine are Unix's. */
  readonly mode: number;
}

/** A way into a guest, in Packer's terms. */
export interface PluginCommunicator {
  /** Resolves with the exit status when the command has ended, and all its output was written. */
  run(command: PluginCommand): Promise<number>;
  upload(path: string, content: Readable, file: UploadedFile | undefined): Promise<void>;
  /** A slash at the end of `source` means its contents, without one the directory itself goes into `destination`. */
  uploadDirectory(destination: string, source: string, exclude: readonly string[]): Promise<void>;
  download(path: string, content: Writable): Promise<void>;
  downloadDirectory(source: string, destination: string, exclude: readonly string[]): Promise<void>;
}
