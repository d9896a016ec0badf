import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { EBSClient, StartSnapshotCommand } from '@aws-sdk/client-ebs';
import { SignatureV4 } from '@smithy/signature-v4';
import type { TestEc2Process } from '../../support/ec2/process.ts';

const REGION = 'us-east-1';
const IN_FLIGHT = 64;

type Headers = Readonly<Record<string, string>>;

interface SignedBlock {
  readonly place: number;
  readonly url: URL;
  readonly headers: Headers;
}

async function put({ url, headers }: SignedBlock, body: Buffer, agent: Agent): Promise<void> {
  const checksum = createHash('sha256').update(body).digest('base64');
  const sent = request(url, { method: 'PUT', agent, headers: { ...headers, 'x-amz-Checksum': checksum } });
  sent.end(body);
  const [reply] = (await once(sent, 'response')) as [NodeJS.ReadableStream & { readonly statusCode?: number }];
  reply.resume();
  await once(reply, 'end');
  if (reply.statusCode !== 201) throw new Error(`PutSnapshotBlock: ${reply.statusCode ?? 0}`);
}

/**
 * Seconds that a loop takes that does nothing but read the blocks (`size` bytes each, at `places` of the disk), compute
 * their SHA-256 and put them into a snapshot, 64 at once; the snapshot is begun and the requests are signed before.
 */
export async function putPlainly(
  { endpoint, credentials }: TestEc2Process,
  disk: string,
  places: readonly number[],
  size: number,
): Promise<number> {
  const client = new EBSClient({ endpoint, credentials, region: REGION });
  const { SnapshotId = '' } = await client.send(new StartSnapshotCommand({ VolumeSize: 100 }));
  const signer = new SignatureV4({ credentials, region: REGION, service: 'ebs', sha256: client.config.sha256 });
  const signed = async (place: number): Promise<SignedBlock> => {
    const url = new URL(`/snapshots/${SnapshotId}/blocks/${place / size}`, endpoint);
    const bare = {
      host: url.host,
      'content-length': String(size),
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
      'x-amz-Data-Length': String(size),
      'x-amz-Checksum-Algorithm': 'SHA256',
    };
    const { protocol, hostname, pathname: path } = url;
    const { headers } = await signer.sign({ method: 'PUT', protocol, hostname, path, headers: bare });
    return { place, url, headers };
  };
  const blocks = (await Promise.all(places.map(signed))).values();
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  await using file = await open(disk);
  const work = async (): Promise<void> => {
    const buffer = Buffer.alloc(size);
    for (const block of blocks) {
      await file.read(buffer, 0, size, block.place);
      await put(block, buffer, agent);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  const seconds = (performance.now() - start) / 1000;
  agent.destroy();
  client.destroy();
  return seconds;
}
