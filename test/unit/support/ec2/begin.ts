import { EBSClient } from '@aws-sdk/client-ebs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, expect } from 'vitest';
import { startTestEc2, type TestEc2, type WorldOptions } from '../../../support/ec2/index.ts';

let servers: TestEc2[] = [];

afterEach(async () => {
  const ended = servers;
  servers = [];
  for (const server of ended) await server.stop();
  for (const server of ended) expect(server.broken).toEqual([]);
});

export interface Begun {
  readonly ec2: TestEc2;
  readonly client: EC2Client;
  /** A client that tries each call once. */
  readonly once: EC2Client;
  readonly ebs: EBSClient;
  inRegion(region: string): EC2Client;
  /** For the SDK's waiters: virtual time passes with the calls. */
  readonly wait: {
    readonly client: EC2Client;
    readonly maxWaitTime: number;
    readonly minDelay: number;
    readonly maxDelay: number;
  };
}

/** A server that stops with the test, and clients of it. */
export async function begin(options: WorldOptions = {}): Promise<Begun> {
  const ec2 = await startTestEc2(options);
  servers.push(ec2);
  const { endpoint, credentials } = ec2;
  const inRegion = (region: string): EC2Client => new EC2Client({ endpoint, credentials, region });
  const client = inRegion('us-east-1');
  const common = { endpoint, credentials, region: 'us-east-1' };
  return {
    ec2,
    client,
    once: new EC2Client({ ...common, maxAttempts: 1 }),
    ebs: new EBSClient(common),
    inRegion,
    wait: { client, maxWaitTime: 60, minDelay: 0.001, maxDelay: 0.002 },
  };
}

/** The id of a stock image by a part of its name. */
export function stockImage(ec2: TestEc2, part: string, region = 'us-east-1'): string {
  const found = ec2
    .region(region)
    .images.all()
    .find(({ view }) => view.Name.includes(part));
  if (found === undefined) throw new Error(`no image ${part}`);
  return found.view.ImageId;
}
