import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { OpenstackBuild } from '../../_openstack/openstack-build.ts';

/** Milliseconds between two looks at the console while somebody watches. */
const LOOK_EVERY = 3000;
/** By so much of what was shown last its place is found in what Nova has now. */
const OVERLAP = 400;

/** What a console has said since `before`, when all that Nova has of it is `now`. */
export function newOutput(before: string, now: string): string {
  const end = before.slice(-OVERLAP);
  const at = end === '' ? -1 : now.lastIndexOf(end);
  return at === -1 ? now : now.slice(at + end.length);
}

/** The end of what the guest wrote to its console. */
export function consoleTail(id: string, { cloud }: Pick<OpenstackBuild, 'cloud'>, lines = 50): Promise<string> {
  return cloud.ask(({ compute }, call) => compute.servers.consoleOutput(id, lines, call));
}

function show(watcher: Socket, id: string, openstack: OpenstackBuild): void {
  let shown = '';
  let looking = false;
  const look = async (): Promise<void> => {
    const now = await consoleTail(id, openstack, 500);
    watcher.write(newOutput(shown, now).replaceAll(/\r?\n/g, '\r\n'));
    shown = now;
  };
  const timer = setInterval(() => {
    if (looking || openstack.build.signal.aborted) return;
    looking = true;
    // What Nova does not tell now it may tell at the next look.
    void look()
      .catch(() => undefined)
      .finally(() => (looking = false));
  }, LOOK_EVERY);
  watcher.on('error', () => watcher.destroy());
  // Nova's console log takes no input.
  watcher.resume();
  watcher.once('close', () => clearInterval(timer));
}

/**
 * Has `kiln attach` show what the guest writes to its console, until `close`. Nova is asked for it only while somebody
 * watches. Never throws: a build does without.
 */
export async function offerServerConsole(id: string, openstack: OpenstackBuild): Promise<{ close(): void }> {
  const { build } = openstack;
  const watchers = new Set<Socket>();
  const server = createServer((watcher) => {
    watchers.add(watcher);
    watcher.once('close', () => watchers.delete(watcher));
    show(watcher, id, openstack);
  });
  try {
    const path = join(await build.temporaryDirectory(), 'console');
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    await build.offerConsole(path);
  } catch (error) {
    build.debug(`the console cannot be offered: ${error instanceof Error ? error.message : String(error)}`);
  }
  server.unref();
  return {
    close: () => {
      server.close();
      for (const watcher of watchers) watcher.destroy();
    },
  };
}
