import type { Ec2Credentials, World } from '../world.ts';

export interface TestSession extends Ec2Credentials {
  readonly sessionToken: string;
  readonly arn: string;
  readonly userId: string;
  /** In real time: clients compare it with their own clock. */
  readonly expiration: Date;
}

/** Temporary credentials that the server knows from now on. */
export function openSession(world: World, account: string, role: string, name: string, seconds: number): TestSession {
  const number = world.identities.size;
  const session = {
    accessKeyId: `ASIATESTROLE${String(number).padStart(8, '0')}`,
    secretAccessKey: `role-secret-${number}`,
    sessionToken: `role-token-${number}`,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${name}`,
    userId: `AROATEST${number}:${name}`,
  };
  world.identities.set(session.accessKeyId, { ...session, account, expired: false });
  return { ...session, expiration: new Date(Date.now() + seconds * 1000) };
}
