import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { startTestGce } from '../../../support/gce/index.ts';
import { pythonEnvironment } from '../../../support/python/python-environment.ts';

const run = promisify(execFile);
const WITNESS = fileURLToPath(new URL('witness.py', import.meta.url));
const PACKAGES = ['google-api-python-client==2.202.0', 'google-auth==2.63.0'];

let programs: string | undefined;

// The first time it may have to be installed.
beforeAll(() => {
  programs = pythonEnvironment({ name: 'google-python', packages: PACKAGES });
}, 300_000);

const DONE = ['DONE', null];

it(
  'Google’s own Python client bakes on the test server, and is refused what Google refuses',
  { timeout: 120_000 },
  async (context) => {
    if (programs === undefined) return context.skip();
    const python = join(programs, 'python3');
    const gce = await startTestGce();
    try {
      const { stdout } = await run(python, [WITNESS, gce.endpoint, gce.token], { timeout: 100_000 });
      expect(JSON.parse(stdout)).toEqual({
        family: 'debian-12-bookworm-v20261101',
        insert: [DONE, true],
        again: [
          409,
          'alreadyExists',
          "The resource 'projects/bakery/zones/us-central1-a/instances/by-hand' already exists",
        ],
        'unknown field': [
          400,
          '',
          expect.stringContaining('Unknown name "colour" at \'resource\': Cannot find field.') as unknown,
        ],
        mistyped: [400, '', expect.stringContaining("Invalid value at 'resource.canIpForward'") as unknown],
        'bad name': [400, 'invalid', expect.stringContaining('Must be a match of regex') as unknown],
        missing: [404, 'notFound', "The resource 'projects/bakery/zones/us-central1-a/instances/nobody' was not found"],
        listed: ['by-hand'],
        'in use': [
          400,
          'resourceInUseByAnotherResource',
          expect.stringContaining('is already being used by') as unknown,
        ],
        stop: DONE,
        image: DONE,
        status: 'READY',
        deprecate: DONE,
        serial: '[',
        delete: DONE,
        'delete image': DONE,
      });
      expect(gce.leftovers()).toEqual([]);
      expect(gce.broken).toEqual([]);
    } finally {
      await gce.stop();
    }
  },
);
