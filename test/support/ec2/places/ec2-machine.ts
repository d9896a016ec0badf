import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import type { TestEc2 } from '../index.ts';
import { startMetadataServer, type MetadataServer } from './metadata-server.ts';

const REGION = 'us-east-1';

/** An instance of a test EC2 that this machine takes itself for. */
export interface Ec2Machine extends AsyncDisposable {
  readonly instanceId: string;
  readonly metadata: MetadataServer;
  /** For a process on it, after `ec2.environment`. */
  readonly environment: Readonly<Record<string, string>>;
  /** What was there before anything was built. */
  readonly own: ReadonlySet<string>;
}

/** Runs an instance of this image, and a metadata service that says that it is this machine. */
export async function startEc2Machine(ec2: TestEc2, imageId: string): Promise<Ec2Machine> {
  const { endpoint, credentials } = ec2;
  // Files of tests that run side by side have volumes of different ids.
  for (let count = process.pid % 20_000; count > 0; count -= 1) ec2.world.newId('unused');
  const client = new EC2Client({ endpoint, credentials, region: REGION });
  const launch = new RunInstancesCommand({ ImageId: imageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 });
  const { Instances = [] } = await client.send(launch);
  const instanceId = Instances[0]?.InstanceId ?? '';
  ec2.advance(120_000);
  await expect
    .poll(() => client.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] })).catch(() => undefined))
    .toBeDefined();
  client.destroy();
  const metadata = await startMetadataServer(ec2.world, 'builder', REGION);
  return {
    instanceId,
    metadata,
    environment: { AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.address },
    own: new Set(ec2.leftovers().map(({ id }) => id)),
    [Symbol.asyncDispose]: () => metadata[Symbol.asyncDispose](),
  };
}
