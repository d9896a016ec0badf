/**
 * Kiln makes no more calls than Packer, which bakes the same template on the same test OpenStack, although it looks at the
 * server, too, after createImage, without which images are lost (Packer's issue 37).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { lacks } from '../../support/kiln/needs.ts';
import { guestShop, type Shop } from './shop.ts';

/** The calls of what runs, in order. */
async function callsOf({ cloud }: Shop, run: () => Promise<void>): Promise<readonly string[]> {
  const before = cloud.calls.length;
  await run();
  return cloud.calls.slice(before).map(({ method, call }) => `${method} ${call}`);
}

async function runPacker(place: Shop, template: string): Promise<void> {
  const { NODE_OPTIONS: _guard, ...environment } = place.cloud.environment;
  const child = spawn('packer', ['build', template], {
    cwd: place.directory,
    env: { PATH: process.env['PATH'], HOME: place.directory, CHECKPOINT_DISABLE: '1', ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code, output).toBe(0);
}

async function runKiln(place: Shop, template: string): Promise<void> {
  const { code, output } = await place.start('build', template).ended;
  expect(code, output).toBe(0);
}

/** A look at how far something is may be made as often as there is time. */
function withoutWaiting(calls: readonly string[]): readonly string[] {
  return calls.filter((call, index) => !call.startsWith('GET') || call !== calls[index - 1]);
}

describe.skipIf(lacks(['/usr/sbin/sshd', 'packer'], true))('the calls of a build', { timeout: 180_000 }, () => {
  it.each<readonly [string, (place: Shop) => object]>([
    ['with tags and a visibility', () => ({ image_tags: ['a'], image_visibility: 'shared', image_min_disk: 5 })],
    [
      'that finds its source by a filter',
      () => ({ source_image: undefined, source_image_filter: { filters: { name: 'base' }, most_recent: true } }),
    ],
    [
      'with a floating IP',
      ({ cloud }) => ({
        floating_ip_network: cloud
          .region()
          .networks.all()
          .find((each) => each['router:external'])?.id,
      }),
    ],
    ['on a volume', () => ({ use_blockstorage_volume: true, volume_size: 20, metadata: { a: 'b' } })],
  ])('%s are no more than those of Packer', async (what, options) => {
    await using place = await guestShop();
    const [network] = place.cloud.region().networks.all();
    const template = place.template({ ...place.login, networks: [network?.id], ...options(place) });
    const kiln = withoutWaiting(await callsOf(place, () => runKiln(place, template)));
    const packer = withoutWaiting(await callsOf(place, () => runPacker(place, template)));
    console.info(`${what}: Kiln ${kiln.length}, Packer ${packer.length}\n${kiln.join('\n')}\n\n${packer.join('\n')}`);
    expect(kiln.length).toBeLessThanOrEqual(packer.length);
    expect(place.cloud.broken).toEqual([]);
  });
});
