import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lacks } from '../../support/kiln/needs.ts';
import { collect, killAfter } from '../kill.ts';
import { guestShop, shop, type Shop } from './shop.ts';

type GuestShop = Awaited<ReturnType<typeof guestShop>>;

/** Starts a build whose provisioner runs until it is told to end; `begun` is when it runs. */
async function startProvisioning(place: GuestShop, options: object = {}): Promise<ReturnType<Shop['start']>> {
  const begun = join(place.directory, 'begun');
  const inline = [
    `touch ${begun}`,
    `while [ -d ${place.directory} ] && [ ! -e ${place.directory}/go ]; do sleep 0.1; done`,
  ];
  const more = { provisioners: [{ type: 'shell', inline }] };
  const running = place.start('build', place.template({ ...place.login, ...options }, more));
  await expect.poll(() => existsSync(begun), { timeout: 60_000 }).toBe(true);
  return running;
}

function serverId({ cloud }: Shop): string {
  return cloud.leftovers().find(({ kind }) => kind === 'server')?.id ?? '';
}

describe.skipIf(lacks(['/usr/sbin/sshd'], true))('with a guest', { timeout: 120_000 }, () => {
  it('a server that stops while it is provisioned is the reason that is told', async () => {
    await using place = await guestShop();
    const { ended } = await startProvisioning(place);
    place.cloud.shutDownInside(serverId(place));
    const { code, output } = await ended;
    expect(code).toBe(1);
    expect(output).toContain('OPENSTACK_SERVER_GONE');
    expect(output).toContain('SHUTOFF');
    expect(place.kinds()).toEqual([]);
  });

  it('5046: tokens that end while it is provisioned are made anew', async () => {
    await using place = await guestShop();
    const { ended } = await startProvisioning(place);
    place.cloud.expireTokens();
    writeFileSync(join(place.directory, 'go'), '');
    const { code, output } = await ended;
    expect(code, output).toBe(0);
    expect(place.kinds()).toEqual(['image']);
    expect(place.calls('identity.createToken')).toBe(2);
  });

  it('the default group lets nobody in, and a group that the template names does', async () => {
    await using place = await guestShop({ openDefaultGroup: false });
    const closed = await place.start('build', place.template({ ...place.login, ssh_timeout: '3s' })).ended;
    expect(closed.code).toBe(1);
    expect(closed.output).toContain('SSH_TIMEOUT');
    expect(place.kinds()).toEqual([]);
    const { security_group: group } = (await place.askNetwork('POST', 'security-groups', {
      security_group: { name: 'ssh' },
    })) as { readonly security_group: { readonly id: string } };
    const port = place.login.ssh_port;
    const rule = { direction: 'ingress', protocol: 'tcp', port_range_min: port, port_range_max: port };
    await place.askNetwork('POST', 'security-group-rules', {
      security_group_rule: { security_group_id: group.id, ...rule },
    });
    const open = await place.start('build', place.template({ ...place.login, security_groups: ['ssh'] })).ended;
    expect(open.code, open.output).toBe(0);
    expect(place.kinds()).toEqual(['image', 'security-group']);
  });

  it('gets in at the address of the IP version that the template wants', async () => {
    await using place = await guestShop();
    place.cloud.addNetwork({ name: 'both', cidr: '10.8.0.0/24', cidr6: '2001:db8:8::/64' });
    const options = { ...place.login, networks: ['both'], ssh_ip_version: '6' };
    const { code, output } = await place.start('build', place.template(options)).ended;
    expect(code, output).toBe(0);
    expect(output).not.toContain('10.8.0.');
    expect(place.cloud.refusedDials()).toEqual([]);
  });

  it('resume goes on with the server that still runs, and with the next provisioner', async () => {
    await using place = await guestShop();
    const { child, ended } = await startProvisioning(place);
    child.kill('SIGKILL');
    await ended;
    writeFileSync(join(place.directory, 'go'), '');
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect(place.kinds()).toEqual(['image']);
    expect(place.calls('compute.createServer')).toBe(1);
  });
});

const long = process.env['KILN_LONG_TESTS'] === '1';
const usual: readonly (readonly [string, object])[] = [
  ['compute.createKeypair', { ssh_username: 'root' }],
  ['compute.createServer', {}],
  ['compute.createImage', {}],
  ['network.createFloatingip', { floating_ip_network: 'public' }],
];
/** Tried with KILN_LONG_TESTS=1. */
const more: typeof usual = [
  ['volume.createVolume', { use_blockstorage_volume: true, volume_size: 20 }],
  ['volume.uploadImage', { use_blockstorage_volume: true, volume_size: 20 }],
  ['image.updateImage', { image_tags: ['t'] }],
];

describe('kill -9 while a call is under way', { timeout: 120_000 }, () => {
  it.each([...usual, ...(long ? more : [])])('%s: gc finds what it made and leaves nothing', async (call, builder) => {
    await using place = await shop();
    // A build that hears of the reply, or that it is lost, goes on, and may be over before it is killed.
    place.cloud.plan({ call, after: 'silence' });
    await killAfter(1, call, place.cloud, place.start('build', place.template(builder)));
    await collect(place.cloud, place);
  });

  it.skipIf(!long)(
    'compute.deleteServer: gc leaves the image, which is the result by then, and nothing else',
    async () => {
      await using place = await shop();
      const call = 'compute.deleteServer';
      place.cloud.plan({ call, after: 'silence' });
      await killAfter(1, call, place.cloud, place.start('build', place.template({})));
      const { code, output } = await place.start('gc').ended;
      expect(code, output).toBe(0);
      expect(place.kinds()).toEqual(['image']);
    },
  );
});
