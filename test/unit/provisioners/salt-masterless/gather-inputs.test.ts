import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gatherInputs } from '../../../../provisioners/salt-masterless/steps/gather-inputs.ts';
import { componentConfig } from '../../../support/component-config.ts';

test('states and pillar that links lead to are gathered; .git is not', async () => {
  const root = mkdtempSync(join(tmpdir(), 'kiln-gather-'));
  try {
    for (const name of ['states/.git', 'shared', 'pillar']) mkdirSync(join(root, name), { recursive: true });
    writeFileSync(join(root, 'shared/web.sls'), 'web');
    symlinkSync('../shared/web.sls', join(root, 'states/web.sls'));
    symlinkSync('../shared', join(root, 'pillar/common'));
    symlinkSync('shared/web.sls', join(root, 'grains'));
    const config = componentConfig<Parameters<typeof gatherInputs>[0]>('provisioners/salt-masterless', {
      local_state_tree: join(root, 'states'),
      local_pillar_roots: join(root, 'pillar'),
      grains_file: join(root, 'grains'),
      skip_bootstrap: true,
    });
    const gathered = await gatherInputs(config, [], join(root, 'gathered'));
    rmSync(join(root, 'shared'), { recursive: true });
    for (const path of ['states/web.sls', 'pillar/common/web.sls', 'grains']) {
      expect(readFileSync(join(gathered, path), 'utf8')).toBe('web');
    }
    expect(existsSync(join(gathered, 'states/.git'))).toBe(false);
  } finally {
    rmSync(root, { recursive: true });
  }
});
