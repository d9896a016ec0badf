import { ESLint } from 'eslint';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../../core/dev/components.ts';

const eslint = new ESLint({ cwd: root, overrideConfig: [{ rules: {} }] });

async function rulesBroken(path: string, text: string): Promise<readonly (string | null)[]> {
  const [result] = await eslint.lintText(text, { filePath: join(root, path) });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId);
}

/** Each text breaks one rule when it stands in the existing file of that path. */
const broken: readonly (readonly [string, string, string, string])[] = [
  [
    'a component that imports the engine',
    'builders/null/index.ts',
    "import '../../core/errors/errors.ts';\n",
    'import-x/no-restricted-paths',
  ],
  [
    'a component that imports the registry',
    'builders/null/index.ts',
    "import '../../plugins/builtin.ts';\n",
    'import-x/no-restricted-paths',
  ],
  [
    'a component that imports another kind',
    'builders/null/index.ts',
    "import '../../provisioners/shell/index.ts';\n",
    'import-x/no-restricted-paths',
  ],
  [
    'a component that imports its sibling',
    'builders/null/index.ts',
    "import '../qemu/index.ts';\n",
    'import-x/no-restricted-paths',
  ],
  [
    'a post-processor that imports a builder',
    'post-processors/amazon-import/index.ts',
    "import '../../builders/amazon-ebs/index.ts';\n",
    'import-x/no-restricted-paths',
  ],
  [
    'a post-processor that imports what builders of another family share',
    'post-processors/checksum/index.ts',
    "import '../../builders/_amazon/tags.ts';\n",
    'import-x/no-restricted-paths',
  ],
  [
    'a lookup that imports a builder',
    'lookups/amazon/index.ts',
    "import '../../builders/amazon-ebs/index.ts';\n",
    'import-x/no-restricted-paths',
  ],
  [
    'a lookup that imports what builders of another family share',
    'lookups/consul/index.ts',
    "import '../../builders/_vault/ask-vault.ts';\n",
    'import-x/no-restricted-paths',
  ],
  [
    'an engine that imports a lookup',
    'core/interpolation/render.ts',
    "import '../../lookups/consul/index.ts';\n",
    'import-x/no-restricted-paths',
  ],
  [
    'an engine that imports a component',
    'core/plan/plan.ts',
    "import '../../builders/null/index.ts';\n",
    'import-x/no-restricted-paths',
  ],
  [
    'an engine that imports the command line',
    'core/plan/plan.ts',
    "import '../cli/main.ts';\n",
    'import-x/no-restricted-paths',
  ],
  [
    'an engine that imports a client',
    'core/cloud/wait.ts',
    "import '../../clients/openstack/index.ts';\n",
    'import-x/no-restricted-paths',
  ],
  [
    'a client that imports more of the engine than core/http',
    'clients/openstack/connect.ts',
    "import '../../core/errors/errors.ts';\n",
    'import-x/no-restricted-paths',
  ],
  [
    'a client that imports the SDK',
    'clients/openstack/connect.ts',
    "import '../../plugins/sdk/index.ts';\n",
    'import-x/no-restricted-paths',
  ],
  [
    'a client that imports a component',
    'clients/openstack/connect.ts',
    "import '../../builders/null/index.ts';\n",
    'import-x/no-restricted-paths',
  ],
  ['spawning outside core/process', 'core/plan/plan.ts', "import 'node:child_process';\n", 'no-restricted-imports'],
  ['a component that spawns', 'builders/null/index.ts', "import 'node:child_process';\n", 'no-restricted-imports'],
  ['printing outside core/cli and core/ui', 'core/plan/plan.ts', "console.log('');\n", 'no-console'],
  ['a file of more than 300 lines', 'core/plan/plan.ts', 'export const x = 1;\n'.repeat(301), 'max-lines'],
];

describe('the lint configuration', () => {
  it.each(broken)(
    'refuses %s',
    async (_what, path, text, rule) => {
      expect(await rulesBroken(path, text)).toContain(rule);
    },
    180_000,
  );

  it("lets a post-processor import what its family's builders share", async () => {
    const text = "export { RUN_TAG } from '../../builders/_amazon/tags.ts';\n";
    expect(await rulesBroken('post-processors/amazon-import/index.ts', text)).toEqual([]);
  }, 180_000);

  it("lets a lookup import what its family's builders share", async () => {
    const text = "export { openCloud } from '../../builders/_amazon/api/cloud.ts';\n";
    expect(await rulesBroken('lookups/amazon/index.ts', text)).toEqual([]);
  }, 180_000);

  it.each([
    [
      'a component import a client',
      'builders/null/index.ts',
      "export { connect } from '../../clients/openstack/index.ts';\n",
    ],
    ['a client import core/http', 'clients/openstack/connect.ts', "export { ask } from '../../core/http/ask.ts';\n"],
  ])(
    'lets %s',
    async (_what, path, text) => {
      expect(await rulesBroken(path, text)).toEqual([]);
    },
    180_000,
  );

  it('lets a component import the SDK', async () => {
    const text = "export type { Artifact } from '../../plugins/sdk/index.ts';\n";
    expect(await rulesBroken('builders/null/index.ts', text)).toEqual([]);
  }, 180_000);
});
