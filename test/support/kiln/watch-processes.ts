import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MILLISECONDS = 10;

/** The command lines of all processes of this machine, which are those of guests on loopback, too. */
export async function processes(): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return texts.map((text) => text.replaceAll('\0', ' ').trim()).filter((text) => text !== '');
}

/** Every command line that could be seen, looked at some fifty times a second, until `work` is done. */
export async function processesDuring(work: () => Promise<unknown>): Promise<readonly string[]> {
  const seen = new Set<string>();
  const stop = new AbortController();
  const watching = (async () => {
    while (!stop.signal.aborted) {
      for (const line of await processes()) seen.add(line);
      await delay(PAUSE_MILLISECONDS);
    }
  })();
  try {
    await work();
  } finally {
    stop.abort();
    await watching;
  }
  return [...seen];
}
