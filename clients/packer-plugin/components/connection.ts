import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { openBroker, type StreamBroker } from '../broker.ts';
import { rpcClient, type RpcClient } from '../rpc/client.ts';
import { serveRpc, type RpcMethods } from '../rpc/server.ts';

/** The connection to a plugin's process, which serves one component. */
export interface ComponentConnection {
  readonly broker: StreamBroker;
  /** The component's own calls. */
  readonly main: RpcClient;
  /**
   * Does a piece of the component's work (`Provisioner.Provision`), which is told the number of the stream over which the plugin
   * calls back; what it asks is found in the first table that has it. When the signal is aborted, the plugin is asked to stop,
   * and the work ends when it has.
   */
  work<Result>(
    service: 'Builder' | 'Provisioner' | 'PostProcessor',
    methods: readonly RpcMethods[],
    signal: AbortSignal,
    work: (stream: number) => Promise<Result>,
  ): Promise<Result>;
  /** Calls to something that the plugin has given a stream's number. */
  client(stream: number): Promise<RpcClient>;
  readonly ended: Promise<Error | undefined>;
  close(): void;
}

/**
 * A plugin that is asked to stop before it has begun crashes. It begins a moment after it has opened its stream; milliseconds,
 * found with Debian's shell-local, which needs less than one.
 */
const CANCEL_DELAY = 100;

/** @throws PluginError "broken" when what answers is no plugin. */
export async function connectComponent(connection: Duplex): Promise<ComponentConnection> {
  const broker = openBroker(connection, 'client');
  const main = rpcClient(await broker.dial(0));
  return {
    broker,
    main,
    work: async (service, methods, signal, work) => {
      const id = broker.nextId();
      const find: RpcMethods = (name) => methods.map((table) => table(name)).find((method) => method !== undefined);
      const opened = broker.accept(id);
      const cancel = (): void =>
        void opened
          .then(() => setTimeout(CANCEL_DELAY))
          .then(() => main.call(`${service}.Cancel`, null))
          .catch(() => undefined);
      signal.addEventListener('abort', cancel, { once: true });
      // Whoever works learns of a broken stream by the call that breaks with it.
      opened.then((stream) => serveRpc(stream, find)).catch(() => undefined);
      try {
        const result = work(id);
        if (signal.aborted) cancel();
        return await result;
      } finally {
        signal.removeEventListener('abort', cancel);
        opened.then((stream) => stream.end()).catch(() => undefined);
      }
    },
    client: async (stream) => rpcClient(await broker.dial(stream)),
    ended: broker.ended,
    close: () => {
      broker.close();
    },
  };
}
