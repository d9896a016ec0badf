import { collect, killAfter } from '../kill.ts';
import type { Shop } from './shop.ts';

export { killAfter, unanswered } from '../kill.ts';

/** Kills a build in the second attempt of a call that is `unanswered`, and has `kiln gc` take away what is left. */
export async function killAndCollect(call: string, builder: object, place: Shop): Promise<void> {
  await killAfter(2, call, place.ec2, place.start('build', place.template(builder)));
  await collect(place.ec2, place);
}
