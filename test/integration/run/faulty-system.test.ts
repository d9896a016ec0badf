import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stackTrace, type Ended } from '../../cli/run-kiln.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { crashPlace } from './crash-place.ts';
import { faultySystem, type FaultySystem } from './faulty-system.ts';

const content = 'x'.repeat(9000);
const nowhere = { type: 'null', communicator: 'none' };
const fileTemplate = (home: string): object => ({
  builders: [{ type: 'file', content, target: join(home, 'out/made') }],
  provisioners: [{ type: 'shell-local', inline: ['echo provisioned'] }],
  'post-processors': [{ type: 'checksum', output: join(home, 'out/sum') }],
});

/** A failure that is told as one, and no bug. */
function expectToldFailure({ code, stdout, stderr }: Ended): void {
  expect(`${stdout}${stderr}`).toMatch(/EIO|i\/o error/i);
  expect(stdout + stderr).not.toMatch(stackTrace);
  expect(stdout + stderr).not.toContain('this is a bug');
  expect([1, 3]).toContain(code);
}

describe.skipIf(lacks(['gcc']))('on a system that fails', () => {
  let system: FaultySystem;
  beforeAll(() => {
    system = faultySystem();
  });
  afterAll(() => system[Symbol.dispose]());

  test('from some write to the journal on: nothing is made that gc does not find, and the output is whole or not there', async () => {
    const outcomes = new Set<number | null>();
    for (const at of [1, 6, 20]) {
      await using place = crashPlace(fileTemplate);
      const built = await place.kiln(['build', 'web.json'], { env: system.failing('eio', at) });
      outcomes.add(built.code);
      if (built.code === 0) expect(built.stdout).toMatch(/cannot write the journal .*EIO/);
      else expectToldFailure(built);
      expect((await place.kiln(['gc'])).code).toBe(0);
      await place.expectNothingLeft();
      if (existsSync(join(place.home, 'out/made'))) {
        expect(readFileSync(join(place.home, 'out/made'), 'utf8')).toBe(content);
      }
      expect((await place.kiln(['build', '-force', 'web.json'])).code).toBe(0);
    }
    // The first ones must not be written, and without the last ones the build is done nevertheless.
    expect([...outcomes].sort()).toEqual([0, 1]);
  }, 60_000);

  test('when the journal is to be on the disk: nothing is made whose intent may be lost', async () => {
    await using place = crashPlace(fileTemplate);
    const built = await place.kiln(['build', 'web.json'], { env: system.failing('eio-sync', 1) });
    expectToldFailure(built);
    expect(built.stdout).toContain('JOURNAL_FAILED');
    expect(existsSync(join(place.home, 'out'))).toBe(false);
    expect((await place.kiln(['gc'])).code).toBe(0);
    await place.expectNothingLeft();
  });

  test('at the write of the output: the failure is told, and nothing of it is left', async () => {
    for (const name of ['/out/.made.kiln-', '/out/.sum.kiln-']) {
      await using place = crashPlace(fileTemplate);
      const built = await place.kiln(['build', 'web.json'], { env: system.failing('eio', 1, name) });
      expectToldFailure(built);
      expect((await place.kiln(['gc'])).stdout).toBe('Nothing was left behind.\n');
      await place.expectNothingLeft();
    }
  });
});

describe.skipIf(lacks(['gcc']))('while the wall clock jumps by hours, there and back', () => {
  let system: FaultySystem;
  beforeAll(() => {
    system = faultySystem();
  });
  afterAll(() => system[Symbol.dispose]());

  test('pauses, retries and locks take their time, and no timeout comes early', async () => {
    await using place = crashPlace((home) => ({
      ...fileTemplate(home),
      provisioners: [
        { type: 'shell-local', inline: ['sleep 1'], timeout: '60s', pause_before: '1s' },
        { type: 'shell-local', inline: [`test -e ${home}/log || { touch ${home}/log; exit 1; }`], max_retries: 1 },
      ],
    }));
    for (const seconds of [7200, -7200]) {
      const start = performance.now();
      const { code, stdout } = await place.kiln(['build', '-force', 'web.json'], { env: system.jumping(seconds) });
      expect(stdout).toContain('Builds finished. The artifacts');
      expect(code).toBe(0);
      expect(performance.now() - start).toBeGreaterThan(1900);
      expect(performance.now() - start).toBeLessThan(30_000);
    }
    await place.expectNothingLeft();
  });

  test('the time that a provisioner or a connection has comes to its end in time', async () => {
    // A port where nobody answers.
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    server.close();
    const limited: readonly (readonly [object, string])[] = [
      [
        { builders: [nowhere], provisioners: [{ type: 'shell-local', inline: ['sleep 100'], timeout: '2s' }] },
        'PROVISIONER_TIMEOUT',
      ],
      [
        {
          builders: [
            {
              type: 'null',
              ssh_host: '127.0.0.1',
              ssh_port: port,
              ssh_username: 'x',
              ssh_password: 'x',
              ssh_timeout: '2s',
            },
          ],
        },
        'TIMEOUT',
      ],
    ];
    for (const [template, code] of limited) {
      await using place = crashPlace(() => template);
      const start = performance.now();
      const built = await place.kiln(['build', 'web.json'], { env: system.jumping(7200) });
      expect(built.code).toBe(1);
      expect(built.stdout).toContain(code);
      expect(performance.now() - start).toBeGreaterThan(1900);
      expect(performance.now() - start).toBeLessThan(30_000);
    }
  });

  test('a collection takes no run that works for one that has died', async () => {
    await using place = crashPlace((home) => ({
      builders: [nowhere],
      provisioners: [{ type: 'shell-local', inline: [`touch ${home}/log`, 'sleep 2'] }],
    }));
    const building = place.kiln(['build', 'web.json'], { env: system.jumping(7200) });
    await expect.poll(() => existsSync(join(place.home, 'log'))).toBe(true);
    expect((await place.kiln(['gc'], { env: system.jumping(7200 * 24 * 30) })).stdout).toContain('still at work');
    expect((await building).code).toBe(0);
  });
});
