import type { Duplex } from 'node:stream';
import type { StreamBroker } from '../broker.ts';
import { commandFinished } from '../gob/command-finished.ts';
import { fieldsOf } from '../rpc/messages.ts';
import type { RpcMethods } from '../rpc/server.ts';
import type { PluginCommunicator, UploadedFile } from './communicator.ts';

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(text) : [];
}

function uploadedFile(value: unknown): UploadedFile | undefined {
  const fields = fieldsOf(value);
  if (fields === undefined) return undefined;
  return { name: text(fields['N']), size: Number(fields['S'] ?? 0), mode: Number(fields['M'] ?? 0) };
}

/** The exit status that Packer's plugins are told when a command's end is not known. */
const STATUS_UNKNOWN = 123;

/**
 * The calls `Communicator.…` of a plugin. Contents and output go over streams of their own, which the plugin has given
 * numbers; 0 is none.
 */
export function communicatorMethods(communicator: PluginCommunicator, broker: StreamBroker): RpcMethods {
  const streamOf = async (id: unknown): Promise<Duplex | undefined> =>
    typeof id === 'number' && id > 0 ? await broker.dial(id) : undefined;

  async function start(args: unknown): Promise<void> {
    const fields = fieldsOf(args) ?? {};
    const [stdin, stdout, stderr, response] = await Promise.all(
      ['StdinStreamId', 'StdoutStreamId', 'StderrStreamId', 'ResponseStreamId'].map((name) => streamOf(fields[name])),
    );
    // What it says of its end comes over the response, so that the call is answered when the command has begun.
    void finish({
      command: text(fields['Command']),
      ...(stdin === undefined ? {} : { stdin }),
      ...(stdout === undefined ? {} : { stdout }),
      ...(stderr === undefined ? {} : { stderr }),
    }).then((status) => {
      for (const stream of [stdin, stdout, stderr]) {
        stream?.resume();
        stream?.end();
      }
      response?.resume();
      response?.end(commandFinished(status));
    });
  }

  async function finish(command: Parameters<PluginCommunicator['run']>[0]): Promise<number> {
    try {
      return await communicator.run(command);
    } catch (error) {
      command.stderr?.write(`${error instanceof Error ? error.message : String(error)}\n`);
      return STATUS_UNKNOWN;
    }
  }

  async function upload(args: unknown): Promise<void> {
    const fields = fieldsOf(args) ?? {};
    const content = await broker.dial(Number(fields['ReaderStreamId'] ?? 0));
    try {
      await communicator.upload(text(fields['Path']), content, uploadedFile(fields['FileInfo']));
    } finally {
      content.end();
      content.resume();
    }
  }

  async function download(args: unknown): Promise<void> {
    const fields = fieldsOf(args) ?? {};
    const content = await broker.dial(Number(fields['WriterStreamId'] ?? 0));
    content.resume();
    try {
      await communicator.download(text(fields['Path']), content);
    } finally {
      content.end();
    }
  }

  const methods: ReadonlyMap<string, (args: unknown) => unknown> = new Map([
    ['Communicator.Start', start],
    ['Communicator.Upload', upload],
    ['Communicator.Download', download],
    [
      'Communicator.UploadDir',
      (args: unknown) => {
        const { Dst, Src, Exclude } = fieldsOf(args) ?? {};
        return communicator.uploadDirectory(text(Dst), text(Src), texts(Exclude));
      },
    ],
    [
      'Communicator.DownloadDir',
      (args: unknown) => {
        const { Dst, Src, Exclude } = fieldsOf(args) ?? {};
        return communicator.downloadDirectory(text(Src), text(Dst), texts(Exclude));
      },
    ],
  ]);
  return (name) => methods.get(name);
}
