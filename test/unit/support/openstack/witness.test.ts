/** What openstacksdk, an independent client, says of the test OpenStack. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { startTestOpenStack } from '../../../support/openstack/index.ts';
import { pythonWithOpenStack } from '../../../support/python/openstack.ts';

const run = promisify(execFile);

let python: string | undefined;
// The first time it may have to be installed.
beforeAll(() => {
  python = pythonWithOpenStack();
}, 300_000);

it(
  'openstacksdk bakes an image there, finds all as it should be, and takes everything away',
  { timeout: 120_000 },
  async (context) => {
    if (python === undefined) return context.skip();
    const cloud = await startTestOpenStack();
    try {
      const source = cloud.addImage({ name: 'base' });
      const { NODE_OPTIONS: _guard, ...environment } = cloud.environment;
      const env = { PATH: process.env['PATH'], ...environment };
      const { stdout } = await run(python, [join(import.meta.dirname, 'witness.py'), source], { env });
      expect(cloud.broken).toEqual([]);
      expect(JSON.parse(stdout)).toEqual({
        key: '-----BEGIN RSA PRIVATE KEY-----',
        port: ['witness'],
        server: ['ACTIVE', 'active', { a: 'b' }, 'True'],
        floating: 'ACTIVE',
        addresses: ['fixed', 'floating'],
        console: true,
        patched: 200,
        image: ['active', 'shared', ['baked'], 'd', 'f'],
        members: ['another'],
        content: expect.stringMatching(/^disk of [0-9a-f-]{36}\n$/) as string,
        volume: ['available', true, 'baked'],
        snapshot: 'available',
        uploaded: ['active', 100_000],
      });
      expect(cloud.leftovers()).toEqual([]);
    } finally {
      await cloud.stop();
    }
    return undefined;
  },
);
