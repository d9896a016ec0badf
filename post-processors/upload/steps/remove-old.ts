import type { PostProcessRun } from '../../../plugins/sdk/index.ts';
import type { PlannedTarget } from '../plan/plan-uploads.ts';
import type { SentFile, Store } from '../targets/store.ts';

/**
 * Removes what `keep_last` leaves no room for: older uploads of the same series that are still as Kiln has put them there.
 * What was uploaded stays when that fails.
 */
export async function removeOld(
  { options }: PlannedTarget,
  store: Store,
  files: readonly SentFile[],
  run: PostProcessRun,
): Promise<void> {
  const { keep_last: most } = options;
  const [file] = files;
  const { retention } = store;
  if (most === undefined || retention === undefined || file === undefined) return;
  const uploads = [...(await retention.list(file))].sort((one, other) => other.time - one.time);
  // The new one counts also where a server's list does not have it yet, or a clock has gone back.
  const others = uploads.filter(({ run: id }) => id !== file.mark.run);
  const [kept, old] = [others.slice(0, most - 1), others.slice(most - 1)];
  const spared = new Set([...files.map(({ name }) => name), ...kept.flatMap(({ names }) => names)]);
  for (const upload of old) {
    const removed = await retention.remove(upload, spared);
    for (const name of removed) run.say(`removed ${store.urlOf(name)}: keep_last is ${most}`);
  }
}
