import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import type { ShellLocalPostProcessorConfig } from '../../../../post-processors/shell-local/config.gen.ts';
import { postProcessor } from '../../../../post-processors/shell-local/index.ts';
import { componentConfig, prepareContext } from '../../../support/component-config.ts';
import { artifactOf, postProcessRun } from '../../../support/post-process-run.ts';

function config(options: JsonObject): ShellLocalPostProcessorConfig {
  return componentConfig('post-processors/shell-local', options);
}

test('runs its script and hands the artifact on, which stays whatever the template says', async () => {
  const shown: string[] = [];
  const run = postProcessRun({ output: (stream, line) => void shown.push(`${stream} ${line}`) });
  const input = artifactOf(['/image']);
  const result = await postProcessor.postProcess(input, config({ inline: ['echo done'] }), run);
  expect(shown).toEqual(['stdout done']);
  expect(result).toEqual({ artifact: 'input', input: 'contained' });
});

test('fails when its script does', async () => {
  const failed = postProcessor.postProcess(artifactOf([]), config({ inline: ['exit 2'] }), postProcessRun());
  await expect(failed).rejects.toMatchObject({ code: 'SCRIPT_FAILED', exitStatus: 2 });
});

test('wants one thing to run', () => {
  expect(postProcessor.prepare(config({}), prepareContext())).toMatchObject([{ code: 'SCRIPT_REQUIRED' }]);
});
