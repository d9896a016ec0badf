import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replyLost } from '../../support/gce/index.ts';
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
  it('after kill -9 goes on with the running instance and the key that lies in its file', async () => {
    await using place = await guestShop();
    const go = join(place.directory, 'go');
    const wait = `while [ -d ${place.directory} ] && [ ! -e ${go} ]; do sleep 0.05; done`;
    const { child, ended } = place.start('build', place.template(place.login, notes(place, wait)));
    await expect.poll(() => log(place), READY).toEqual(['0', '1']);
    child.kill('SIGKILL');
    await ended;
    writeFileSync(go, '');
    const journal = readFileSync(join(place.directory, 'state/runs', runIn(place.directory), 'journal.jsonl'), 'utf8');
    expect(journal).not.toContain('PRIVATE KEY');
    expect(journal).not.toContain(place.gce.token);
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect(log(place)).toEqual(['0', '1', '1', '2']);
    expect(place.calls('instances.insert')).toBe(1);
    expect(place.left()).toEqual(['image web']);
    expect(place.gce.broken).toEqual([]);
  });

  it('after a failure of the image makes the image and runs no provisioner', async () => {
    await using place = await guestShop();
    place.gce.plan({ call: 'images.insert', fails: { code: 'INTERNAL_ERROR', message: 'Internal error.' } });
    const failed = await place.start('build', '-on-error=keep', place.template(place.login, notes(place))).ended;
    expect(failed.code, failed.output).toBe(LEFT_BEHIND);
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect(log(place)).toEqual(['0', '1', '2']);
    expect(place.left()).toEqual(['image web']);
  });

  it('says how to go on when somebody stopped the instance meanwhile', async () => {
    await using place = await guestShop();
    await place.start('build', '-on-error=keep', place.template(place.login, notes(place, 'exit 3'))).ended;
    place.gce.stopInside(place.instance());
    const { code, output } = await place.resume();
    expect(output).toContain('gcloud compute instances start packer-');
    expect(code).not.toBe(0);
    await place.start('gc', '-held').ended;
    expect(place.left()).toEqual([]);
  });
});

describe('resuming while Google makes an image', { timeout: 120_000 }, () => {
  it('after kill -9, also when the reply was lost, goes on with what was made', async () => {
    const hangs = { call: 'images.insert', skip: 1, delay: 120_000 };
    await using place = await shop({ faults: [replyLost('images.insert'), hangs] });
    await killAfter(2, 'images.insert', place.gce, place.start('build', place.template({})));
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect(output).toContain('going on with the image web');
    expect(place.calls('images.insert')).toBe(2);
    expect(place.calls('instances.insert')).toBe(1);
    expect(place.left()).toEqual(['image web']);
    expect(place.gce.broken).toEqual([]);
  });

  it('finishes an image that is there, and makes none again', async () => {
    await using place = await shop({ faults: [{ call: 'images.deprecate', delay: 120_000 }] });
    const template = place.template({ deprecate_at: '2030-01-01T00:00:00Z' });
    await killAfter(1, 'images.deprecate', place.gce, place.start('build', template));
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect(place.calls('images.insert')).toBe(1);
    expect(place.left()).toEqual(['image web']);
    const image = place.gce.world.images.peek('projects/bakery/global/images/web');
    expect(image?.view.deprecated).toMatchObject({ deprecated: '2030-01-01T00:00:00Z' });
  });
});
