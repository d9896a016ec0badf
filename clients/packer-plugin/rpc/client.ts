import type { Duplex } from 'node:stream';
import { broken, PluginError } from '../plugin-error.ts';
import { readMessages, requestBytes } from './messages.ts';

/** Calls of Go's net/rpc over one stream; any number of them may be under way. */
export interface RpcClient {
  /** @throws PluginError "refused" with the answered error, "broken" when the stream ends before the answer. */
  call(method: string, args: unknown): Promise<unknown>;
  close(): void;
}

export function rpcClient(stream: Duplex): RpcClient {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let sequence = 0;
  let ended: Error | undefined;

  async function readAnswers(): Promise<never> {
    for await (const { header, body } of readMessages(stream)) {
      const call = waiting.get(header.sequence);
      if (call === undefined) throw broken(`it answers ${header.method}, which was not asked or is answered already`);
      waiting.delete(header.sequence);
      if (header.error === '') call.resolve(body);
      else call.reject(new PluginError('refused', header.error));
    }
    throw broken('it ended before it answered');
  }

  readAnswers().catch((error: unknown) => {
    ended = error instanceof Error ? error : broken(String(error));
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
    stream.destroy();
  });

  return {
    call: async (method, args) => {
      if (ended !== undefined) throw ended;
      const answer = Promise.withResolvers<unknown>();
      const number = sequence++;
      waiting.set(number, answer);
      stream.write(requestBytes(method, number, args));
      return await answer.promise;
    },
    close: () => void stream.end(),
  };
}
