import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  acknowledged,
  acknowledgement,
  decodeMessage,
  encodeMessage,
} from '../../../../../builders/_amazon/guest/session-manager/agent-message.ts';

const ID = '00112233-4455-6677-8899-aabbccddeeff';

it('lays a message out as the agent reads it', () => {
  const payload = Buffer.from('hello');
  const bytes = encodeMessage({ type: 'input_stream_data', sequence: 7, payloadType: 1, payload, id: ID, flags: 1 });
  expect(bytes).toHaveLength(125);
  expect(bytes.readUInt32BE(0)).toBe(116);
  expect(bytes.toString('latin1', 4, 36)).toBe('input_stream_data               ');
  expect(bytes.readUInt32BE(36)).toBe(1);
  expect(Math.abs(Number(bytes.readBigUInt64BE(40)) - Date.now())).toBeLessThan(60_000);
  expect(bytes.readBigInt64BE(48)).toBe(7n);
  expect(bytes.readBigUInt64BE(56)).toBe(1n);
  // Of the UUID the second half comes first.
  expect(bytes.toString('hex', 64, 80)).toBe('8899aabbccddeeff0011223344556677');
  expect(bytes.subarray(80, 112).equals(createHash('sha256').update(payload).digest())).toBe(true);
  expect(bytes.readUInt32BE(112)).toBe(1);
  expect(bytes.readUInt32BE(116)).toBe(5);
  expect(bytes.toString('latin1', 120)).toBe('hello');
});

describe('reading', () => {
  const bytes = encodeMessage({
    type: 'output_stream_data',
    sequence: 3,
    payloadType: 1,
    payload: Buffer.from('hello'),
    id: ID,
  });

  it('gives back what was written', () => {
    expect(decodeMessage(bytes)).toMatchObject({ type: 'output_stream_data', sequence: 3, id: ID, payloadType: 1 });
    expect(Buffer.from(decodeMessage(bytes)?.payload ?? []).toString()).toBe('hello');
  });

  it.each([
    ['half a header', bytes.subarray(0, 60)],
    ['a header that says it is longer than the message', Buffer.concat([Buffer.from([0, 0, 9, 9]), bytes.subarray(4)])],
    ['a payload that is not what was sent', Buffer.concat([bytes.subarray(0, -1), Buffer.from('!')])],
    ['nothing', Buffer.alloc(0)],
  ])('takes %s for no message', (_, broken) => {
    expect(decodeMessage(broken)).toBeUndefined();
  });

  it('says which message an acknowledgement is about', () => {
    const message = decodeMessage(bytes);
    const reply = message === undefined ? undefined : decodeMessage(acknowledgement(message));
    expect(reply).toMatchObject({ type: 'acknowledge', flags: 3 });
    expect(reply === undefined ? undefined : acknowledged(reply)).toBe(3);
    expect(JSON.parse(Buffer.from(reply?.payload ?? []).toString())).toEqual({
      AcknowledgedMessageType: 'output_stream_data',
      AcknowledgedMessageId: ID,
      AcknowledgedMessageSequenceNumber: 3,
      IsSequentialMessage: true,
    });
  });
});
