import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lacks } from '../../support/kiln/needs.ts';
import { freePort } from '../../support/ssh/sshd.ts';
import { killAfter, unanswered } from './kill.ts';
import { runIn, shop, type Shop } from './shop.ts';

const READY = { timeout: 60_000 };
/** The exit code. */
const LEFT_BEHIND = 3;
const IMAGE = ['image', 'snapshot'];
/** How often a build asks for images before it waits for its own. */
const LOOKS_BEFORE = 2;

interface Resumed extends Shop {
  /** What the provisioners wrote down, line by line. */
  readonly log: () => readonly string[];
  /** The journal of the only run. */
  journal(): string;
}

async function resumable(options: Parameters<typeof shop>[0] = {}): Promise<Resumed> {
  const place = await shop(options);
  const log = join(place.directory, 'log');
  return {
    ...place,
    log: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
    journal: () => readFileSync(join(place.directory, 'state/runs', runIn(place.directory), 'journal.jsonl'), 'utf8'),
  };
}

describe.skipIf(lacks(['/usr/sbin/sshd'], true))('resuming a build with a guest', { timeout: 120_000 }, () => {
  async function withGuest(): Promise<Resumed & { readonly login: object }> {
    const port = await freePort();
    const place = await resumable({ guest: { kind: 'sshd', port } });
    return { ...place, login: { ssh_username: 'root', ssh_port: port } };
  }

  function notes(place: Shop, ...more: readonly string[]): object {
    const log = join(place.directory, 'log');
    const note = (number: number, ...others: readonly string[]): object => ({
      type: 'shell',
      inline: [`echo ${number} >>${log}`, ...others],
    });
    return { provisioners: [note(0), note(1, ...more), note(2)] };
  }

  it('after kill -9 goes on with the running instance and the key that lies in its file', async () => {
    await using place = await withGuest();
    const go = join(place.directory, 'go');
    const wait = `while [ -d ${place.directory} ] && [ ! -e ${go} ]; do sleep 0.05; done`;
    const { child, ended } = place.start('build', place.template(place.login, notes(place, wait)));
    await expect.poll(place.log, READY).toEqual(['0', '1']);
    child.kill('SIGKILL');
    await ended;
    writeFileSync(go, '');
    expect(place.journal()).toContain('privateKeyFile');
    expect(place.journal()).not.toContain('PRIVATE KEY');
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect(place.log()).toEqual(['0', '1', '1', '2']);
    expect(place.calls('RunInstances')).toBe(1);
    expect(place.calls('CreateKeyPair')).toBe(1);
    expect(place.kinds()).toEqual(IMAGE);
    expect(place.ec2.broken).toEqual([]);
  });

  it('after a failure with -on-error=keep goes on with the provisioner that failed, which may be edited', async () => {
    await using place = await withGuest();
    const template = place.template(place.login, notes(place, 'exit 3'));
    const failed = await place.start('build', '-on-error=keep', template).ended;
    expect(failed.code, failed.output).toBe(LEFT_BEHIND);
    expect(failed.output).toMatch(/kiln resume [0-9a-f-]+/);
    expect(place.kinds()).toContain('instance');
    place.template(place.login, notes(place, 'true'));
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect(place.log()).toEqual(['0', '1', '1', '2']);
    expect(place.calls('RunInstances')).toBe(1);
    expect(place.kinds()).toEqual(IMAGE);
  });

  it('after a failure of the image makes the image and runs no provisioner', async () => {
    await using place = await withGuest();
    place.ec2.plan({ call: 'CreateImage', fails: { code: 'Client.InternalError', message: 'the disk broke' } });
    const failed = await place.start('build', '-on-error=keep', place.template(place.login, notes(place))).ended;
    expect(failed.code, failed.output).toBe(LEFT_BEHIND);
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect(place.log()).toEqual(['0', '1', '2']);
    expect(place.kinds()).toEqual(IMAGE);
  });

  it('says how to go on when somebody stopped the instance meanwhile, and how to clean up when it is gone', async () => {
    await using place = await withGuest();
    await place.start('build', '-on-error=keep', place.template(place.login, notes(place, 'exit 3'))).ended;
    const [instance] = place.ec2.leftovers().filter(({ kind }) => kind === 'instance');
    place.ec2.shutDownInside('us-east-1', instance?.id ?? '');
    place.ec2.advance(60_000);
    const stopped = await place.resume();
    expect(stopped.output).toContain(`ec2 start-instances --instance-ids ${instance?.id ?? ''}`);
    place.ec2.interruptSpot('us-east-1', instance?.id ?? '');
    place.ec2.advance(60_000);
    const gone = await place.resume();
    expect(gone.output).toContain('Spot interruption');
    await place.start('gc', '-held').ended;
    expect(place.kinds()).toEqual([]);
  });
});

describe('resuming when the images are there', { timeout: 120_000 }, () => {
  it('finishes the images that were made, and makes none again', async () => {
    await using place = await shop({ faults: [{ call: 'DeleteTags', times: 2, delay: 120_000 }] });
    const template = place.template({ communicator: 'none', ami_regions: ['us-west-2'], ami_users: ['111122223333'] });
    await killAfter(2, 'DeleteTags', place.ec2, place.start('build', template));
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect(output).toContain('us-west-2: ami-');
    expect([place.calls('CreateImage'), place.calls('CopyImage')]).toEqual([1, 1]);
    expect(place.kinds()).toEqual(['image', 'image', 'snapshot', 'snapshot']);
    const tags = place.ec2.leftovers().flatMap((each) => Object.keys(each.tags));
    expect(tags.filter((tag) => tag.startsWith('kiln-'))).toEqual([]);
  });
});

const unattended = { communicator: 'none' };
const surrogate = {
  ...unattended,
  type: 'amazon-ebssurrogate',
  ami_root_device: { source_device_name: '/dev/xvdf', device_name: '/dev/xvda' },
  launch_block_device_mappings: [{ device_name: '/dev/xvdf', volume_size: 2, delete_on_termination: true }],
};
const asksForImages = ['CreateImage', 'CopyImage', 'RegisterImage', 'CreateSnapshot'];

describe('resuming while AWS makes an image', { timeout: 120_000 }, () => {
  it.each<readonly [string, object, readonly number[]]>([
    ['CreateImage', unattended, [2, 0, 0, 0]],
    ['CopyImage', { ...unattended, ami_regions: ['us-west-2'] }, [1, 2, 0, 0]],
    ['RegisterImage', surrogate, [0, 0, 2, 1]],
    ['CreateSnapshot', surrogate, [0, 0, 1, 2]],
  ])('after kill -9 in %s, whose reply was lost, finds what was made', async (call, builder, calls) => {
    await using place = await shop({ faults: unanswered(call) });
    await killAfter(2, call, place.ec2, place.start('build', place.template(builder)));
    const made = place.ec2.leftovers().filter(({ kind }) => kind === 'image' || kind === 'snapshot');
    expect(made).not.toEqual([]);
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect(asksForImages.map((name) => place.calls(name))).toEqual(calls);
    const left = place.ec2.leftovers().map(({ id }) => id);
    for (const { id } of made) expect(left).toContain(id);
    expect(new Set(place.kinds())).toEqual(new Set(IMAGE));
    expect(place.ec2.broken).toEqual([]);
  });

  it('goes on waiting for the AMI, also with force_deregister, which takes others of its name away', async () => {
    await using place = await shop({ faults: [{ call: 'DescribeImages', skip: LOOKS_BEFORE, delay: 120_000 }] });
    const template = place.template({ ...unattended, force_deregister: true });
    await killAfter(LOOKS_BEFORE + 1, 'DescribeImages', place.ec2, place.start('build', template));
    const [image] = place.ec2.leftovers().filter(({ kind }) => kind === 'image');
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect(output).toContain(`going on with the AMI ${image?.id ?? ''}`);
    expect([place.calls('CreateImage'), place.calls('DeregisterImage')]).toEqual([1, 0]);
    expect(place.kinds()).toEqual(IMAGE);
  });

  it('makes it again when AWS could not', async () => {
    await using place = await shop();
    place.ec2.plan({ call: 'CreateImage', fails: { code: 'Client.InternalError', message: 'the disk broke' } });
    place.ec2.plan({ call: 'DescribeImages', skip: LOOKS_BEFORE, delay: 120_000 });
    const template = place.template(unattended);
    await killAfter(LOOKS_BEFORE + 1, 'DescribeImages', place.ec2, place.start('build', template));
    place.ec2.advance(600_000);
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect([place.calls('CreateImage'), place.calls('DeregisterImage')]).toEqual([2, 1]);
    expect(place.kinds()).toEqual(IMAGE);
  });
});
