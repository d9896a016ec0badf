import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { kiln } from './run-kiln.ts';

const examples = join(import.meta.dirname, '../../examples');
const variables: Readonly<Record<string, readonly string[]>> = { 'null.json': ['-var', 'host=192.0.2.20'] };

it('every example is valid', { timeout: 120_000 }, async () => {
  const env = { SSH_AUTH_SOCK: '/run/agent' };
  const names = readdirSync(examples).filter((name) => name.endsWith('.json'));
  expect(names).toContain('qemu-iso.json');
  for (const name of names) {
    const { stdout, stderr } = await kiln(['validate', ...(variables[name] ?? []), join(examples, name)], { env });
    expect(`${name}: ${stdout}${stderr}`).toBe(`${name}: The configuration is valid.\n`);
  }
});
