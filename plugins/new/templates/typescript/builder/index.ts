import { resolve } from 'node:path';
import { defineBuilder, errorAt, type Artifact, type Builder, type BuildRun } from 'kiln-sdk';
import { noneCommunicator } from 'kiln-sdk/guest';
import { imageKind, makeImage } from './cloud.ts';
import type { ExampleConfig } from './config.gen.ts';

async function run({ cloud, image_name: name }: ExampleConfig, build: BuildRun): Promise<Artifact> {
  const directory = resolve(cloud);
  const image = await build.step('make image', () =>
    // The journal has the intent before the image is made, so that a crash leaves nothing that "kiln gc" cannot find.
    build.acquire(imageKind, {
      describe: `image ${name}`,
      locator: directory,
      create: async (token) => ({ id: await makeImage(directory, name, token), handle: undefined }),
    }),
  );
  await build.provision(noneCommunicator, {});
  await image.keep();
  return {
    builderId: 'example',
    id: image.id,
    description: `Image ${name} in ${directory}`,
    files: [image.id],
    properties: {},
  };
}

export const builder: Builder<ExampleConfig> = defineBuilder({
  prepare: ({ cloud }, machine) =>
    machine.statPath(cloud) === 'directory'
      ? []
      : [errorAt('EXAMPLE_CLOUD', '/cloud', `there is no directory ${cloud}`)],
  resources: [imageKind],
  run,
});
