import { part, type Call, type Reply, type Route } from '../call.ts';
import { createImage, refuseBusy } from './create-image.ts';
import { findServer } from './find.ts';
import { remove, start, stop } from './life.ts';
import type { Server } from './server.ts';

function refuseStopped(server: Server): void {
  refuseBusy(server, 'stop', ['active', 'error']);
}

function consoleOutput(call: Call, server: Server): Reply {
  const { length } = part(call, 'os-getConsoleOutput') as { readonly length?: number | string | null };
  const output = server.guest?.console() ?? '';
  const lines = output.split('\n');
  const last = length === undefined || length === null ? lines : lines.slice(-Number(length) - 1);
  return { body: { output: last.join('\n') } };
}

interface Action {
  readonly name: string;
  readonly action: string;
  readonly schema?: string;
  readonly act: (call: Call, server: Server) => Reply;
}

const ACTIONS: readonly Action[] = [
  { name: 'createImage', action: 'createImage', schema: 'createImage', act: createImage },
  { name: 'getConsoleOutput', action: 'os-getConsoleOutput', schema: 'getConsoleOutput', act: consoleOutput },
  {
    name: 'stopServer',
    action: 'os-stop',
    act: (call, server) => {
      refuseStopped(server);
      stop(call, server);
      return { status: 202 };
    },
  },
  {
    name: 'startServer',
    action: 'os-start',
    act: (call, server) => {
      refuseBusy(server, 'start', ['stopped']);
      start(call, server);
      return { status: 202 };
    },
  },
  {
    name: 'rebootServer',
    action: 'reboot',
    schema: 'rebootServer',
    act: (call, server) => {
      refuseBusy(server, 'reboot', ['active', 'stopped', 'error']);
      start(call, server);
      return { status: 202 };
    },
  },
  {
    name: 'forceDeleteServer',
    action: 'forceDelete',
    act: (call, server) => {
      remove(call, server);
      return { status: 202 };
    },
  },
];

export const actionRoutes: readonly Route[] = ACTIONS.map(({ act, ...action }) => ({
  ...action,
  method: 'POST',
  path: '/servers/:id/action',
  act: (call) => act(call, findServer(call)),
}));
