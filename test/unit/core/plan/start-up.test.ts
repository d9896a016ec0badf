import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../../../core/dev/components.ts';

/** The files of lookups, and of what they share with builders, that planning a template with these variables loads. */
function loadedBy(variables: Readonly<Record<string, string>>): readonly string[] {
  const template = JSON.stringify({ variables, builders: [{ type: 'null', communicator: 'none' }] });
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const { planTemplate } = await import(${JSON.stringify(join(root, 'test/support/kiln/plan-template.ts'))});
    await planTemplate(${JSON.stringify(template)});
    console.log(JSON.stringify(loaded.map((url) => url.slice(${JSON.stringify(`file://${root}/`)}.length))));`;
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', CONSUL_HTTP_ADDR: '127.0.0.1:1' };
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env });
  return (JSON.parse(output) as string[]).filter((path) => /^(lookups|builders\/_)/.test(path)).sort();
}

test('a template whose variables ask no server loads no lookup, and one that asks loads what it asks', () => {
  expect(loadedBy({ a: '{{ env `HOME` }}', b: '{{ user `a` }}' })).toEqual([]);
  const consul = loadedBy({ a: '{{ consul_key `a` }}' });
  expect(consul).toEqual(['lookups/consul/consul-key.ts', 'lookups/consul/index.ts']);
});
