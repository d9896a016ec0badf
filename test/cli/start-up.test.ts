import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleScript } from '../../core/cli/bundle-script.ts';
import { file, kiln, path } from './run-kiln.ts';

const dist = join(import.meta.dirname, '../../dist');

test('V8 takes the code that it compiled when Kiln was built', () => {
  const bundles = readdirSync(dist).filter((name) => name.startsWith('kiln-') && name.endsWith('.cjs'));
  expect(bundles).not.toEqual([]);
  for (const name of bundles) expect(bundleScript(dist, name.slice(0, -'.cjs'.length)).precompiled).toBe(true);
});

test('validate loads nothing of Node that it does not need', async () => {
  file('list.cjs', "process.on('exit', () => process._rawDebug(process.moduleLoadList.join('\\n')));");
  const name = file('one.json', { builders: [{ type: 'null', communicator: 'none' }] });
  const env = { NODE_OPTIONS: `--require ${path('list.cjs')}` };
  const heavy = /NativeModule (?:internal\/fs\/promises|https?|tls|net|crypto|child_process|readline)$/m;
  const { stderr } = await kiln(['validate', name], { env });
  expect(stderr).toContain('NativeModule fs');
  expect(heavy.exec(stderr)?.[0]).toBeUndefined();
  const control = await kiln(['console'], { env });
  expect(heavy.test(control.stderr)).toBe(true);
});
