import { startVault, type Lease, type VaultServer } from '../../cloud/vault-server.ts';
import { openSession } from '../other-services/sessions.ts';
import type { World } from '../world.ts';

function lease(world: World, role: string, seconds: number): Lease | undefined {
  const about = { lease_id: `aws/creds/${role}/${world.identities.size}`, renewable: role === 'user' };
  if (role === 'builder') {
    const session = openSession(world, world.account, 'vault', 'vault', seconds);
    const { accessKeyId, secretAccessKey, sessionToken } = session;
    const data = { access_key: accessKeyId, secret_key: secretAccessKey, security_token: sessionToken };
    return { ...about, lease_duration: seconds, data: { ...data, session_token: sessionToken } };
  }
  if (role !== 'user') return undefined;
  const [accessKeyId, secretAccessKey] = [
    `AKIAVAULT${String(world.identities.size).padStart(11, '0')}`,
    'vault-secret',
  ];
  const arn = `arn:aws:iam::${world.account}:user/vault`;
  const user = { accessKeyId, secretAccessKey, account: world.account, arn, userId: 'AIDAVAULT', expired: false };
  world.identities.set(accessKeyId, user);
  const data = { access_key: accessKeyId, secret_key: secretAccessKey, security_token: null };
  return { ...about, lease_duration: 2_764_800, data };
}

/**
 * A Vault whose engine for AWS is mounted at `aws`: its role "builder" gives a role's session, "user" a user's keys.
 * @param seconds how long a session is valid
 */
export function startVaultServer(world: World, seconds = 3600): Promise<VaultServer> {
  return startVault('aws', (role) => lease(world, role, seconds));
}
