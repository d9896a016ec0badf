import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  acknowledgement,
  decodeMessage,
  encodeMessage,
  type AgentMessage,
} from '../../../../../builders/_amazon/guest/session-manager/agent-message.ts';
import { multiplexer } from '../../../../../builders/_amazon/guest/session-manager/multiplexer.ts';
import { reliableStream } from '../../../../../builders/_amazon/guest/session-manager/reliable-stream.ts';

afterEach(() => {
  vi.useRealTimers();
});

function stream(stallLimit?: number) {
  const sent: AgentMessage[] = [];
  const got: string[] = [];
  const events: string[] = [];
  const made = reliableStream({
    send: (bytes) => {
      const message = decodeMessage(Buffer.from(bytes));
      if (message !== undefined) sent.push(message);
    },
    onPayload: ({ payload }) => void got.push(Buffer.from(payload).toString()),
    onRoom: () => void events.push('room'),
    onStalled: () => void events.push('stalled'),
    ...(stallLimit === undefined ? {} : { stallLimit }),
  });
  const output = (sequence: number): void => {
    const payload = Buffer.from(String(sequence));
    const bytes = encodeMessage({ type: 'output_stream_data', sequence, payloadType: 1, payload });
    const message = decodeMessage(bytes);
    if (message !== undefined) made.take(message);
  };
  const acknowledge = (message: AgentMessage | undefined): void => {
    const reply = message === undefined ? undefined : decodeMessage(acknowledgement(message));
    if (reply !== undefined) made.take(reply);
  };
  return { ...made, sent, got, events, output, acknowledge };
}

describe('a reliable stream', () => {
  it('puts what comes in order, each once, and acknowledges all of it', () => {
    const { output, got, sent, close } = stream();
    for (const sequence of [1, 0, 0, 3, 1, 2]) output(sequence);
    close();
    expect(got).toEqual(['0', '1', '2', '3']);
    expect(sent.map(({ type }) => type)).toEqual(Array(6).fill('acknowledge'));
  });

  it('numbers messages, and cuts what is longer than one holds', () => {
    const { write, sent, close } = stream();
    write(1, Buffer.alloc(2500, 'x'));
    write(10, Buffer.from([1]));
    close();
    expect(sent.map(({ sequence, payloadType, payload }) => [sequence, payloadType, payload.length])).toEqual([
      [0, 1, 1024],
      [1, 1, 1024],
      [2, 1, 452],
      [3, 10, 1],
    ]);
  });

  it('leaves what is no part of what is carried in one piece', () => {
    const { write, sent, close } = stream();
    write(6, Buffer.alloc(2500, 'x'));
    close();
    expect(sent.map(({ payloadType, payload }) => [payloadType, payload.length])).toEqual([[6, 2500]]);
  });

  it('sends a message again until it is acknowledged, and that one only', () => {
    vi.useFakeTimers();
    const { write, sent, acknowledge, close } = stream();
    write(1, Buffer.from('one'));
    write(1, Buffer.from('two'));
    acknowledge(sent[0]);
    vi.advanceTimersByTime(1000);
    const again = sent.slice(2);
    expect(again.length).toBeGreaterThan(1);
    expect(again.every(({ sequence, id }) => sequence === 1 && id === sent[1]?.id)).toBe(true);
    acknowledge(sent[1]);
    const before = sent.length;
    vi.advanceTimersByTime(2000);
    expect(sent).toHaveLength(before);
    close();
  });

  it('has no more than a window on its way, and says when there is room', () => {
    const { write, sent, acknowledge, events, close } = stream();
    expect(write(1, Buffer.alloc(1024 * 600))).toBe(false);
    expect(sent).toHaveLength(512);
    for (let index = 0; index < 88; index += 1) acknowledge(sent[index]);
    close();
    expect(sent).toHaveLength(600);
    expect(events).toEqual(['room']);
  });

  it('gives up when nothing is acknowledged for too long, and not while something is', () => {
    vi.useFakeTimers();
    const { write, sent, acknowledge, events, close } = stream(1000);
    for (let index = 0; index < 5; index += 1) {
      write(1, Buffer.from('x'));
      vi.advanceTimersByTime(800);
      acknowledge(sent.findLast(({ sequence }) => sequence === index));
    }
    expect(events).toEqual([]);
    write(1, Buffer.from('x'));
    vi.advanceTimersByTime(1300);
    expect(events).toEqual(['stalled']);
    close();
  });
});

describe('connections that share a stream', () => {
  function shared(room = true) {
    const written: string[] = [];
    const made = multiplexer((bytes) => {
      written.push(Buffer.from(bytes).toString('hex'));
      return room;
    });
    const heard: string[] = [];
    const handler = (name: string) => ({
      onData: (data: Uint8Array) => void heard.push(`${name} ${Buffer.from(data).toString()}`),
      onEnd: () => void heard.push(`${name} end`),
    });
    return { ...made, written, heard, handler };
  }

  it('open, carry and end as the agent reads it', () => {
    const { open, written, handler } = shared();
    const connection = open(handler('a'));
    expect(connection.write(Buffer.from('hi'))).toBe(true);
    connection.end();
    connection.end();
    open(handler('b'));
    expect(written).toEqual(['0100000003000000', '01020200030000006869', '0101000003000000', '0100000005000000']);
  });

  it('hear what is theirs, wherever it is cut', () => {
    const { open, take, heard, handler } = shared();
    open(handler('a'));
    open(handler('b'));
    const bytes = Buffer.from('0102020005000000686901020100030000007801030000000000000101000005000000', 'hex');
    for (const byte of bytes) take(Buffer.from([byte]));
    expect(heard).toEqual(['b hi', 'a x', 'b end']);
  });

  it('pass on that there is no room, and take nothing that makes no sense', () => {
    const { open, take, handler } = shared(false);
    expect(open(handler('a')).write(Buffer.from('hi'))).toBe(false);
    expect(() => take(Buffer.from('0202000003000000', 'hex'))).toThrow(/version 2/);
  });
});
