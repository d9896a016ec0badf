import { writeFile } from 'node:fs/promises';
import { definePostProcessor, type PostProcessor, type PostProcessRun, type Artifact } from 'kiln-sdk';
import { stageOutput } from 'kiln-sdk/host';
import type { ExampleConfig } from './config.gen.ts';

async function listFiles(input: Artifact, { output }: ExampleConfig, run: PostProcessRun): Promise<Artifact> {
  // The file comes to its place when it is whole, and what is there is replaced with -force only.
  const stage = await stageOutput(run, output, { force: run.force, inputs: input.files });
  await writeFile(stage.path, input.files.map((file) => `${file}\n`).join(''));
  await stage.publish();
  run.say(`Wrote ${output}`);
  return {
    builderId: 'example',
    id: input.id,
    description: `List of files: ${output}`,
    files: [output],
    properties: {},
  };
}

export const postProcessor: PostProcessor<ExampleConfig> = definePostProcessor({
  postProcess: async (input, config: ExampleConfig, run) => ({
    artifact: await listFiles(input, config, run),
    input: 'keep',
  }),
});
