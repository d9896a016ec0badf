import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replyLost } from '../../support/openstack/index.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { killAfter } from '../kill.ts';
import { runIn } from '../kiln-place.ts';
import { guestShop, shop, type Shop } from './shop.ts';

const READY = { timeout: 60_000 };
/** The exit code. */
const LEFT_BEHIND = 3;

function log(place: Shop): readonly string[] {
  const file = join(place.directory, 'log');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

function journal(place: Shop): string {
  return readFileSync(join(place.directory, 'state/runs', runIn(place.directory), 'journal.jsonl'), 'utf8');
}

/** Provisioners that each write down that they were there. */
function notes(place: Shop, ...more: readonly string[]): object {
  const file = join(place.directory, 'log');
  const note = (number: number, ...others: readonly string[]): object => ({
    type: 'shell',
    inline: [`echo ${number} >>${file}`, ...others],
  });
  return { provisioners: [note(0), note(1, ...more), note(2)] };
}

describe.skipIf(lacks(['/usr/sbin/sshd'], true))('resuming a build with a guest', { timeout: 120_000 }, () => {
  it('after kill -9 goes on with the running server, its floating IP and the key that lies in its file', async () => {
    await using place = await guestShop();
    const inner = place.cloud.addNetwork({ name: 'inner', cidr: '10.9.0.0/24', reach: 'floating' });
    const builder = { ...place.login, networks: [inner], floating_ip_network: 'public' };
    const go = join(place.directory, 'go');
    const wait = `while [ -d ${place.directory} ] && [ ! -e ${go} ]; do sleep 0.05; done`;
    const { child, ended } = place.start('build', place.template(builder, notes(place, wait)));
    await expect.poll(() => log(place), READY).toEqual(['0', '1']);
    child.kill('SIGKILL');
    await ended;
    writeFileSync(go, '');
    expect(journal(place)).toContain('privateKeyFile');
    expect(journal(place)).not.toContain('PRIVATE KEY');
    expect(journal(place)).not.toContain(place.cloud.environment['OS_PASSWORD'] ?? '');
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect(log(place)).toEqual(['0', '1', '1', '2']);
    expect([place.calls('compute.createServer'), place.calls('compute.createKeypair')]).toEqual([1, 1]);
    expect(place.kinds()).toEqual(['image']);
    expect(place.cloud.broken).toEqual([]);
  });

  it('after a failure of the image makes the image and runs no provisioner', async () => {
    await using place = await guestShop();
    place.cloud.plan({ call: 'compute.createImage', fails: { code: 'killed', message: 'the store is full' } });
    const failed = await place.start('build', '-on-error=keep', place.template(place.login, notes(place))).ended;
    expect(failed.code, failed.output).toBe(LEFT_BEHIND);
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect(log(place)).toEqual(['0', '1', '2']);
    expect(place.kinds()).toEqual(['image']);
  });

  it('says how to go on when somebody stopped the server meanwhile', async () => {
    await using place = await guestShop();
    await place.start('build', '-on-error=keep', place.template(place.login, notes(place, 'exit 3'))).ended;
    const [server] = place.cloud.region().servers.all();
    place.cloud.shutDownInside(server?.id ?? '');
    place.cloud.advance(60_000);
    const { code, output } = await place.resume();
    expect(output).toContain(`openstack server start ${server?.id ?? ''}`);
    expect(code).not.toBe(0);
    await place.start('gc', '-held').ended;
    expect(place.kinds()).toEqual([]);
  });
});

const volume = { use_blockstorage_volume: true };

describe('resuming while OpenStack makes an image', { timeout: 120_000 }, () => {
  it.each<readonly [string, object]>([
    ['compute.createImage', {}],
    ['volume.uploadImage', volume],
  ])('after kill -9 in %s, whose reply was lost, goes on with what was made', async (call, builder) => {
    await using place = await shop({ faults: [replyLost(call), { call: 'image.listImages', delay: 120_000 }] });
    await killAfter(1, 'image.listImages', place.cloud, place.start('build', place.template(builder)));
    const [image] = place.cloud
      .region()
      .images.all()
      .filter(({ id }) => id !== place.source);
    expect(image).toBeDefined();
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect(output).toContain(`going on with the image ${image?.id ?? ''}`);
    expect(place.calls(call)).toBe(1);
    expect(place.kinds()).toEqual(['image']);
    expect(place.cloud.broken).toEqual([]);
  });

  it('makes the image of the volume when the server is gone already', async () => {
    await using place = await shop();
    place.cloud.plan({ call: 'volume.setImageMetadata', delay: 120_000 });
    await killAfter(1, 'volume.setImageMetadata', place.cloud, place.start('build', place.template(volume)));
    expect(place.kinds()).not.toContain('server');
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect(place.calls('compute.createServer')).toBe(1);
    expect(place.kinds()).toEqual(['image']);
  });

  it('finishes an image that is there, and makes none again', async () => {
    await using place = await shop({ faults: [{ call: 'image.updateImage', delay: 120_000 }] });
    const template = place.template({ image_tags: ['web'], image_visibility: 'private' });
    await killAfter(1, 'image.updateImage', place.cloud, place.start('build', template));
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect(place.calls('compute.createImage')).toBe(1);
    expect(place.kinds()).toEqual(['image']);
    const tags = place.cloud.leftovers().flatMap((each) => Object.keys(each.tags));
    expect(tags).toContain('web');
  });
});
