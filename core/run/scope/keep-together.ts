import type { Keepable } from '../../contract/resource.ts';

/** The things are part of the result, all of them or, after a crash, none; see `Acquired.keep`. */
export async function keepTogether([first, ...others]: readonly Keepable[]): Promise<void> {
  await first?.keep(...others);
}
