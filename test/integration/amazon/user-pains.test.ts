import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lacks } from '../../support/kiln/needs.ts';
import { freePort } from '../../support/ssh/sshd.ts';
import { shop } from './shop.ts';

describe.skipIf(lacks(['/usr/sbin/sshd'], true))('with a guest', { timeout: 120_000 }, () => {
  it('a spot instance that AWS takes back while it is provisioned is the reason that is told', async () => {
    const port = await freePort();
    await using place = await shop({ guest: { kind: 'sshd', port } });
    const begun = join(place.directory, 'begun');
    const { ended } = place.start(
      'build',
      place.template(
        { spot_price: 'auto', ssh_username: 'root', ssh_port: port },
        { provisioners: [{ type: 'shell', inline: [`touch ${begun}`, 'sleep 100'] }] },
      ),
    );
    await expect.poll(() => existsSync(begun), { timeout: 60_000 }).toBe(true);
    const [instance] = place.ec2.leftovers().filter(({ kind }) => kind === 'instance');
    place.ec2.interruptSpot('us-east-1', instance?.id ?? '');
    const { code, output } = await ended;
    expect(code).toBe(1);
    expect(output).toContain('because of a Spot interruption');
    expect(output).toContain('AMAZON_INSTANCE_GONE');
    expect(place.ec2.leftovers()).toEqual([]);
  });

  it('an RSA key is used with SHA-2, which is all that OpenSSH takes of it since 8.8', async () => {
    const port = await freePort();
    const lines = ['PubkeyAcceptedAlgorithms rsa-sha2-256,rsa-sha2-512'];
    await using place = await shop({ guest: { kind: 'sshd', port, lines } });
    const login = { ssh_username: 'root', ssh_port: port, temporary_key_pair_type: 'rsa' };
    const { code, output } = await place.start('build', place.template(login)).ended;
    expect(code, output).toBe(0);
    expect(place.ec2.calls.filter(({ call }) => call === 'CreateKeyPair')).toMatchObject([
      { input: { KeyType: 'rsa' } },
    ]);
  });
});
