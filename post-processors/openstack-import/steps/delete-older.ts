import type { ImportWork } from '../import-work.ts';

/** With -force: the project's other images of the name go, all but those that are protected. */
export async function deleteOlder(own: string, { cloud, run, config }: ImportWork): Promise<void> {
  if (!run.force) return;
  const owner = await cloud.ask(async (client, call) => (await client.token(call)).project?.id);
  if (owner === undefined) return;
  const filter = { name: config.image_name, owner };
  const named = await cloud.ask(({ image }, call) => image.images.list(filter, undefined, call));
  for (const { id, protected: isProtected } of named.filter((each) => each.id !== own && each.owner === owner)) {
    if (isProtected) {
      run.warn(`the older image ${id} of that name stays: it is protected`);
      continue;
    }
    await cloud.ask(({ image }, call) => image.images.delete(id, call));
    run.say(`deleted the older image ${id}`);
  }
}
