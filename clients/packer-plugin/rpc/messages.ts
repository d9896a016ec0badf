import type { Duplex } from 'node:stream';
import { decodeMultiStream, encode } from '@msgpack/msgpack';
import { broken, PluginError } from '../plugin-error.ts';

/** What stands before the arguments or the result of a call. */
export interface CallHeader {
  readonly method: string;
  readonly sequence: number;
  /** Of an answer: what went wrong; empty when nothing did. */
  readonly error: string;
}

export interface RpcMessage {
  readonly header: CallHeader;
  readonly body: unknown;
}

/** More than any configuration, and little enough to be held in memory. Bytes, and for lists and maps elements. */
const VALUE_LIMIT = 64 * 1024 * 1024;
const ELEMENT_LIMIT = 1024 * 1024;

const limits = {
  context: undefined,
  maxStrLength: VALUE_LIMIT,
  maxBinLength: VALUE_LIMIT,
  maxExtLength: VALUE_LIMIT,
  maxArrayLength: ELEMENT_LIMIT,
  maxMapLength: ELEMENT_LIMIT,
};

/** A map of the protocol with names for keys; undefined for everything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
  return isMap ? { ...value } : undefined;
}

function readCallHeader(value: unknown): CallHeader {
  const fields = fieldsOf(value);
  const method = fields?.['ServiceMethod'];
  const sequence = fields?.['Seq'];
  const error = fields?.['Error'] ?? '';
  if (typeof method !== 'string' || typeof sequence !== 'number' || typeof error !== 'string') {
    throw broken('it sends a message without the name and the number of a call');
  }
  return { method, sequence, error };
}

/**
 * Reads the calls, or the answers, of a stream: Go's net/rpc in MessagePack, two values each.
 *
 * @throws PluginError "broken" for what is not that.
 */
export async function* readMessages(stream: Duplex): AsyncGenerator<RpcMessage, void> {
  let header: CallHeader | undefined;
  try {
    for await (const value of decodeMultiStream(stream, limits)) {
      if (header === undefined) {
        header = readCallHeader(value);
        continue;
      }
      yield { header, body: value };
      header = undefined;
    }
  } catch (error) {
    throw error instanceof PluginError ? error : broken('it sends what is not MessagePack', error);
  }
}

function value(item: unknown): Uint8Array {
  return encode(item, { ignoreUndefined: true });
}

/** The bytes of a call. */
export function requestBytes(method: string, sequence: number, args: unknown): Buffer {
  return Buffer.concat([value({ ServiceMethod: method, Seq: sequence }), value(args)]);
}

/** The bytes of an answer; with an error the result is not looked at. */
export function responseBytes({ method, sequence, error }: CallHeader, result: unknown): Buffer {
  return Buffer.concat([
    value({ ServiceMethod: method, Seq: sequence, Error: error }),
    value(error === '' ? result : null),
  ]);
}
