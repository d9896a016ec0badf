import { makeAddresses, type HostNames, type InstanceAddress } from '../cloud/addresses.ts';
import { answerTo } from './answer.ts';
import { controlAnswer } from './control.ts';
import { makeDialFiles } from '../cloud/dial-files.ts';
import type { Fault } from '../cloud/faults.ts';
import { openTunnel } from './instance-connect/tunnels.ts';
import { terminate, stop, inBackground } from './rules/instance-life.ts';
import { addKey } from './other-services/kms.ts';
import { AwsProblem } from './problem.ts';
import type { InstanceEntry, Region } from './region.ts';
import { listen } from '../cloud/server.ts';
import { makeServices } from './services.ts';
import { addStockImage, addStockSubnet, addStockVpc, stockRegion, type StockImage, type StockSubnet } from './stock.ts';
import { leftovers } from './leftovers.ts';
import type { Leftover } from '../cloud/leftovers.ts';
import { makeWorld, type CallRecord, type Ec2Credentials, type World, type WorldOptions } from './world.ts';

export type { Fault } from '../cloud/faults.ts';
export { replyLost } from '../cloud/faults.ts';
export { expired, throttled, withoutCapacity } from './faults.ts';

export type { Leftover } from '../cloud/leftovers.ts';
export type { CallRecord, Ec2Credentials, WorldOptions } from './world.ts';

/** A running test EC2, with every service of it on one port. */
export interface TestEc2 {
  /** "http://127.0.0.1:PORT" for all services and regions: what a request is signed for tells them apart. */
  readonly endpoint: string;
  readonly credentials: Ec2Credentials;
  readonly account: string;
  /** What a process needs to take this server for AWS. */
  readonly environment: Readonly<Record<string, string>>;
  /** All calls so far. */
  readonly calls: readonly CallRecord[];
  /** Errors of the server itself; a test that ends with one has found a bug here. */
  readonly broken: readonly unknown[];
  readonly world: World;
  region(name: string): Region;
  plan(...faults: readonly Fault[]): void;
  /** Faults that never happened. */
  unusedFaults(): readonly Fault[];
  /** Lets virtual time pass. */
  advance(milliseconds: number): void;
  /** Puts an image into a region; its id. */
  addImage(region: string, image: StockImage): string;
  addVpc(region: string): string;
  addSubnet(region: string, subnet: StockSubnet): string;
  /** A key of the account's own; its ARN. */
  addKmsKey(region: string, alias?: string): string;
  /** The machine turns itself off, as with "shutdown" inside. */
  shutDownInside(region: string, instanceId: string): void;
  /** Amazon takes a spot instance back. */
  interruptSpot(region: string, instanceId: string): void;
  /** These credentials are refused from now on. */
  expireCredentials(accessKeyId?: string): void;
  /** What the calls made and is still there, in every region. */
  leftovers(): readonly Leftover[];
  /** Addresses and names of instances, and the loopback address that each stands for. */
  dialMap(): Readonly<Record<string, string>>;
  /** "host:port" of what a process with `environment` tried to reach outside this machine. */
  refusedDials(): readonly string[];
  /** When every guest has come up or gone. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const CREDENTIALS: Ec2Credentials = {
  accessKeyId: 'AKIATESTEC2000000001',
  secretAccessKey: 'test-ec2-secret/with+signs',
};

function environmentFor(endpoint: string, credentials: Ec2Credentials): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}

const hostNames: HostNames = {
  publicName: (address) => `ec2-${address.replaceAll('.', '-')}.compute-1.amazonaws.com`,
  privateName: (address) => `ip-${address.replaceAll('.', '-')}.ec2.internal`,
};

/** Starts a server on a free port of 127.0.0.1. */
export async function startTestEc2(options: WorldOptions = {}): Promise<TestEc2> {
  const addresses: { next: () => InstanceAddress } = {
    next: () => {
      throw new Error('not listening yet');
    },
  };
  const world = makeWorld(options, () => addresses.next());
  world.identities.set(CREDENTIALS.accessKeyId, {
    ...CREDENTIALS,
    account: world.account,
    arn: `arn:aws:iam::${world.account}:user/tester`,
    userId: 'AIDATESTER',
    expired: false,
  });
  for (const region of world.regions.values()) stockRegion(world, region);
  const stock = new Set(leftovers(world).map((each) => each.id));
  const broken: unknown[] = [];

  const region = (name: string): Region => {
    const found = world.regions.get(name);
    if (found === undefined) throw new Error(`no region ${name}`);
    return found;
  };
  const instance = (place: string, id: string): InstanceEntry => {
    const found = region(place).instances.peek(id);
    if (found === undefined) throw new Error(`no instance ${id} in ${place}`);
    return found;
  };
  const settled = async (): Promise<void> => {
    while (world.background.size > 0) await Promise.all(world.background);
  };

  const services = makeServices();
  const report = (error: unknown): void => void broken.push(error);
  const server = await listen({
    answer: (request) => answerTo(world, services, request, report),
    control: (path, body) => controlAnswer(ec2, path, body),
    upgrade: (request, stream, head) => {
      if (request.url?.startsWith('/openTunnel?') === true) openTunnel(world, request, stream, head);
      else world.sessions.upgrade(request, stream, head);
    },
    report,
  });
  world.sessions.address = server.endpoint;
  const dials = makeDialFiles();
  const nextAddress = makeAddresses(options.addresses ?? 'loopback', server.port, hostNames);
  addresses.next = () => {
    const address = nextAddress();
    dials.add(address);
    return address;
  };

  const ec2: TestEc2 = {
    endpoint: server.endpoint,
    credentials: CREDENTIALS,
    account: world.account,
    environment: { ...environmentFor(server.endpoint, CREDENTIALS), ...dials.environment },
    dialMap: () => dials.map(),
    refusedDials: () => dials.refused(),
    calls: world.calls,
    broken,
    world,
    region,
    plan: (...faults) => faults.forEach((fault) => world.faults.add(fault)),
    unusedFaults: () => world.faults.unused(),
    advance: (milliseconds) => world.clock.advance(milliseconds),
    addImage: (place, image) => {
      const id = addStockImage(world, region(place), image).view.ImageId;
      stock.add(id);
      for (const device of region(place).images.peek(id)?.view.BlockDeviceMappings ?? []) {
        stock.add(device.Ebs?.SnapshotId ?? '');
      }
      return id;
    },
    addVpc: (place) => {
      const id = addStockVpc(world, region(place));
      for (const each of region(place).securityGroups.all()) {
        if (each.view.VpcId === id) stock.add(each.view.GroupId);
      }
      return id;
    },
    addSubnet: (place, subnet) => addStockSubnet(world, region(place), subnet),
    addKmsKey: (place, alias) => addKey(region(place), world.account, alias),
    shutDownInside: (place, id) => {
      const entry = instance(place, id);
      if (entry.shutdownBehavior === 'terminate') {
        const reason = {
          Code: 'Client.InstanceInitiatedShutdown',
          Message: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown',
        };
        terminate(world, region(place), entry, reason);
      } else {
        stop(world, entry, 'Client.InstanceInitiatedShutdown', false);
      }
    },
    interruptSpot: (place, id) => {
      const entry = instance(place, id);
      const message = 'Server.SpotInstanceTermination: Instance terminated because of a Spot interruption';
      terminate(world, region(place), entry, { Code: 'Server.SpotInstanceTermination', Message: message });
    },
    expireCredentials: (accessKeyId = CREDENTIALS.accessKeyId) => {
      const identity = world.identities.get(accessKeyId);
      if (identity === undefined) throw new AwsProblem('NoSuchKey', accessKeyId);
      identity.expired = true;
    },
    leftovers: () => leftovers(world).filter((each) => !stock.has(each.id)),
    settled,
    stop: async () => {
      world.sessions.stop();
      world.tunnels.cut();
      await server.close();
      for (const each of world.regions.values()) {
        for (const entry of each.instances.all())
          if (entry.guest !== undefined) inBackground(world, entry.guest.close());
      }
      await settled();
      dials.remove();
    },
  };
  return ec2;
}
