import type { JsonObject } from '../../core/run/json.ts';
import { amazonPlace, type AmazonPlace } from './amazon-run.ts';
import { freePort } from './sshd.ts';

/** A test EC2 whose instances are reached by Session Manager. */
export interface SessionPlace extends AmazonPlace {
  /** Of a build that connects and makes no image. */
  readonly options: JsonObject;
  /** What the instances' sshd listens on. */
  readonly port: number;
}

export async function sessionPlace(): Promise<SessionPlace> {
  const port = await freePort();
  const place = await amazonPlace({ guest: { kind: 'sshd', port }, durations: { checks: 20_000 } });
  const options = {
    communicator: 'ssh',
    ssh_username: 'root',
    ssh_port: port,
    ssh_interface: 'session_manager',
    ssh_clear_authorized_keys: false,
    temporary_iam_instance_profile_policy_document: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['ssm:UpdateInstanceInformation', 'ssmmessages:*'], Resource: ['*'] }],
    },
    skip_create_ami: true,
  };
  return { ...place, options, port };
}
