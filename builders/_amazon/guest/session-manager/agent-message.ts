import { isObject } from '../../../../plugins/sdk/index.ts';
import { createHash, randomUUID } from 'node:crypto';

/** Kinds of messages on a data channel of Session Manager. */
export type MessageType =
  | 'input_stream_data'
  | 'output_stream_data'
  | 'acknowledge'
  | 'channel_closed'
  | 'start_publication'
  | 'pause_publication';

/** What the payload of a stream message is. */
export const PAYLOAD = {
  output: 1,
  handshakeRequest: 5,
  handshakeResponse: 6,
  handshakeComplete: 7,
  flag: 10,
} as const;

/** Values of a payload of type `flag`. */
export const FLAG = { terminateSession: 2, connectToPortError: 3 } as const;

/** A message between a client and the agent of an instance. */
export interface AgentMessage {
  /** One of `MessageType`, or one that is not known here. */
  readonly type: string;
  readonly sequence: number;
  /** UUID. */
  readonly id: string;
  readonly flags: number;
  /** 0 in messages that carry no stream. */
  readonly payloadType: number;
  readonly payload: Uint8Array;
}

/*
 * All numbers are big-endian:
 *   0  header length (up to the payload's length, which is not part of it)
 *   4  type, padded with spaces to 32 bytes
 *  36  schema version        40  created, milliseconds since the epoch
 *  48  sequence number       56  flags
 *  64  UUID, its second half first
 *  80  SHA-256 of the payload
 * 112  type of the payload  116  length of the payload  120  payload
 */
const AT = { type: 4, schema: 36, created: 40, sequence: 48, flags: 56, id: 64, digest: 80, payloadType: 112 } as const;
const HEADER = 116;
const TYPE_BYTES = 32;

function digestOf(payload: Uint8Array): Buffer {
  return createHash('sha256').update(payload).digest();
}

function swappedHalves(id: Buffer): Buffer {
  return Buffer.concat([id.subarray(8, 16), id.subarray(0, 8)]);
}

export function encodeMessage(
  message: Pick<AgentMessage, 'sequence' | 'payloadType' | 'payload'> & {
    readonly type: MessageType;
    readonly flags?: number;
    readonly id?: string;
  },
): Buffer {
  const { type, payload, id = randomUUID(), flags = 0 } = message;
  const bytes = Buffer.alloc(HEADER + 4 + payload.length);
  bytes.writeUInt32BE(HEADER, 0);
  bytes.write(type.padEnd(TYPE_BYTES), AT.type, 'latin1');
  bytes.writeUInt32BE(1, AT.schema);
  bytes.writeBigUInt64BE(BigInt(Date.now()), AT.created);
  bytes.writeBigInt64BE(BigInt(message.sequence), AT.sequence);
  bytes.writeBigUInt64BE(BigInt(flags), AT.flags);
  swappedHalves(Buffer.from(id.replaceAll('-', ''), 'hex')).copy(bytes, AT.id);
  digestOf(payload).copy(bytes, AT.digest);
  bytes.writeUInt32BE(message.payloadType, AT.payloadType);
  bytes.writeUInt32BE(payload.length, HEADER);
  bytes.set(payload, HEADER + 4);
  return bytes;
}

function uuidOf(bytes: Buffer): string {
  return swappedHalves(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Undefined for bytes that are no message, or whose payload is not what was sent. */
export function decodeMessage(bytes: Buffer): AgentMessage | undefined {
  if (bytes.length < HEADER) return undefined;
  const header = bytes.readUInt32BE(0);
  // Newer messages may say more in their header.
  if (header < HEADER - 4 || bytes.length < header + 4) return undefined;
  const payload = bytes.subarray(header + 4);
  const wanted = bytes.subarray(AT.digest, AT.digest + 32);
  if (payload.length > 0 && !digestOf(payload).equals(wanted)) return undefined;
  return {
    type: bytes.toString('latin1', AT.type, AT.type + TYPE_BYTES).replace(/[\0 ]+$/, ''),
    sequence: Number(bytes.readBigInt64BE(AT.sequence)),
    flags: Number(bytes.readBigUInt64BE(AT.flags)),
    id: uuidOf(bytes.subarray(AT.id, AT.id + 16)),
    payloadType: header >= HEADER ? bytes.readUInt32BE(AT.payloadType) : 0,
    payload,
  };
}

/** That a stream message has arrived. */
export function acknowledgement({ type, id, sequence }: AgentMessage): Buffer {
  const content = {
    AcknowledgedMessageType: type,
    AcknowledgedMessageId: id,
    AcknowledgedMessageSequenceNumber: sequence,
    IsSequentialMessage: true,
  };
  const payload = Buffer.from(JSON.stringify(content));
  // It begins and ends a sequence of its own.
  return encodeMessage({ type: 'acknowledge', sequence: 0, flags: 3, payloadType: 0, payload });
}

/** The payload of a message as an object; an empty one when it is none. */
export function jsonPayload({ payload }: AgentMessage): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload).toString());
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** The sequence number that an acknowledgement is about. */
export function acknowledged(message: AgentMessage): number | undefined {
  const sequence = jsonPayload(message)['AcknowledgedMessageSequenceNumber'];
  return typeof sequence === 'number' ? sequence : undefined;
}
