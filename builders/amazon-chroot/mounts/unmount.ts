import { setTimeout as delay } from 'node:timers/promises';
import { mounts } from '../../../plugins/sdk/files.ts';
import { shellWord } from '../../../plugins/sdk/guest.ts';
import type { ReleaseContext } from '../../../plugins/sdk/index.ts';
import { runOnHost, type Host } from '../host.ts';

/** Where something is mounted: the volume itself, or what is mounted in it. */
export interface Mounted {
  readonly path: string;
  /** Where the volume is mounted, and its device node: at this path there may be somebody else's by now. */
  readonly tree: string;
  readonly device: string;
}

/** How long processes that use the volume are waited for. Milliseconds. */
const PATIENCE_MILLISECONDS = 30_000;
const PAUSE_MILLISECONDS = 300;

/** $1 a directory, $2 a signal: sends it to the processes that have the directory, or one in it, for their root. */
const SIGNAL_PROCESSES = [
  'for p in /proc/[0-9]*; do r=$(readlink "$p/root" 2>/dev/null) || continue',
  'case $r in "$1"|"$1"/*) kill -s "$2" "${p#/proc/}" 2>/dev/null && cat "$p/comm" ;; esac; done; :',
].join('; ');

async function signalProcesses(
  tree: string,
  name: 'TERM' | 'KILL',
  host: Host,
  context: ReleaseContext,
): Promise<void> {
  const names: string[] = [];
  await runOnHost(host, {
    doing: `ending the processes in ${tree}`,
    command: `sh -c ${shellWord(SIGNAL_PROCESSES)} kiln ${shellWord(tree)} ${name}`,
    signal: context.signal,
    onLine: (stream, line) => {
      if (stream === 'stdout') names.push(line);
    },
  });
  if (names.length > 0) context.say(`ended what was left running in the volume: ${names.join(', ')}`);
}

async function unmountOnce(paths: readonly string[], host: Host, signal: AbortSignal): Promise<Error | undefined> {
  for (const path of paths) {
    try {
      await runOnHost(host, { doing: `unmounting ${path}`, command: `umount ${shellWord(path)}`, signal });
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
  return undefined;
}

/**
 * Unmounts what is mounted at a path and below it. What provisioners have left running in the volume is ended, since it
 * would be in the way. Throws `CommandError` AMAZON_CHROOT_COMMAND when it stays in use.
 */
export async function unmountBelow(
  { path, tree, device }: Mounted,
  host: Host,
  context: ReleaseContext,
): Promise<void> {
  const started = performance.now();
  for (let tries = 0; ; tries += 1) {
    const table = await mounts();
    if (table.sourceOf(tree) !== device) return;
    const paths = table.at(path);
    if (paths.length === 0) return;
    const failure = await unmountOnce(paths, host, context.signal);
    if (failure === undefined) continue;
    if (performance.now() - started > PATIENCE_MILLISECONDS) throw failure;
    await signalProcesses(tree, tries < 5 ? 'TERM' : 'KILL', host, context);
    await delay(PAUSE_MILLISECONDS, undefined, { signal: context.signal });
  }
}
