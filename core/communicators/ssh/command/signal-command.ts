import type { ClientChannel } from 'ssh2';

/**
 * Sends a signal to the command of a session. The library refuses to once standard input was ended, which the
 * protocol does not ask for: it is shown a channel that still counts as open.
 */
export function signalCommand(channel: ClientChannel, name: 'TERM' | 'KILL'): void {
  const outgoing: unknown = Reflect.get(channel, 'outgoing');
  if (typeof outgoing !== 'object' || outgoing === null) return;
  const state: unknown = Reflect.get(outgoing, 'state');
  if (state !== 'open' && state !== 'eof') return;
  const asOpen: unknown = Object.create(channel, {
    writable: { value: true },
    outgoing: { value: { ...outgoing, state: 'open' } },
  });
  const send: unknown = Reflect.get(channel, 'signal');
  if (typeof send === 'function') Reflect.apply(send, asOpen, [name]);
}
