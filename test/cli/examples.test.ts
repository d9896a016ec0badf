import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { file, kiln, path } from './run-kiln.ts';

const examples = join(import.meta.dirname, '../../examples');
const variables: Readonly<Record<string, readonly string[]>> = { 'null.json': ['-var', 'host=192.0.2.20'] };

it('every example is valid', { timeout: 120_000 }, async () => {
  const env = { SSH_AUTH_SOCK: '/run/agent' };
  // The list that qemu-iso.json asks to be downloaded beside its ISO.
  mkdirSync(path('images'));
  file('images/CHECKSUM', `SHA256 (AlmaLinux-9-latest-x86_64-minimal.iso) = ${'0'.repeat(64)}\n`);
  const names = readdirSync(examples).filter((name) => name.endsWith('.json'));
  expect(names).toContain('qemu-iso.json');
  for (const name of names) {
    const { stdout, stderr } = await kiln(['validate', ...(variables[name] ?? []), join(examples, name)], { env });
    expect(`${name}: ${stdout}${stderr}`).toBe(`${name}: The configuration is valid.\n`);
  }
});
