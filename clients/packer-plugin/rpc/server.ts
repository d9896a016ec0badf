import type { Duplex } from 'node:stream';
import { readMessages, responseBytes } from './messages.ts';

/** Does one call: given its arguments, answers its result. */
export type RpcMethod = (args: unknown) => unknown;

/** Finds what does the calls of a name ("Ui.Say"). */
export type RpcMethods = (name: string) => RpcMethod | undefined;

/**
 * Answers the calls that come over a stream, each when it is done. What a method throws is answered with its message.
 *
 * @returns when the other side has ended the stream and all its calls are answered.
 * @throws PluginError "broken" for what is no call.
 */
export async function serveRpc(stream: Duplex, methods: RpcMethods): Promise<void> {
  const underWay = new Set<Promise<void>>();
  try {
    for await (const { header, body } of readMessages(stream)) {
      const answer = (error: string, result: unknown): void => {
        if (stream.writable) stream.write(responseBytes({ ...header, error }, result));
      };
      const done = answerCall(methods(header.method), header.method, body, answer).finally(() => underWay.delete(done));
      underWay.add(done);
    }
    await Promise.all(underWay);
  } finally {
    stream.end();
  }
}

async function answerCall(
  method: RpcMethod | undefined,
  name: string,
  args: unknown,
  answer: (error: string, result: unknown) => void,
): Promise<void> {
  if (method === undefined) {
    answer(`there is no ${name} here`, null);
    return;
  }
  let result: unknown;
  try {
    result = await method(args);
  } catch (error) {
    answer(error instanceof Error && error.message !== '' ? error.message : `${name} failed`, null);
    return;
  }
  answer('', result ?? null);
}
