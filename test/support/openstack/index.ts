import { makeDialFiles } from '../cloud/dial-files.ts';
import type { Fault } from '../cloud/faults.ts';
import type { Leftover } from '../cloud/leftovers.ts';
import { listen } from '../cloud/server.ts';
import { answerTo } from './answer.ts';
import { shutDownInside } from './compute/life.ts';
import { computeService } from './compute/service.ts';
import { controlAnswer } from './control.ts';
import { identityService } from './identity/service.ts';
import { imageService } from './image/service.ts';
import { leftovers } from './contents/leftovers.ts';
import { makeLoopback } from './network/loopback.ts';
import { networkService } from './network/service.ts';
import type { Region } from './region.ts';
import { addStockImage, addStockNetwork, stockRegion, type StockImage, type StockNetwork } from './contents/stock.ts';
import { volumeService } from './volume/service.ts';
import { inBackground, makeWorld, type CallRecord, type World, type WorldOptions } from './world.ts';

export type { Fault } from '../cloud/faults.ts';
export { replyLost } from '../cloud/faults.ts';
export type { Leftover } from '../cloud/leftovers.ts';
export type { StockImage, StockNetwork } from './contents/stock.ts';
export type { CallRecord, WorldOptions } from './world.ts';

/** A running test OpenStack, with every service of it on one port. */
export interface TestOpenStack {
  /** "http://127.0.0.1:PORT" */
  readonly endpoint: string;
  /** Keystone's address, as OS_AUTH_URL has it. */
  readonly authUrl: string;
  /** What a process needs to bake there as user "baker" of project "bakery". */
  readonly environment: Readonly<Record<string, string>>;
  /** All calls so far. */
  readonly calls: readonly CallRecord[];
  /** Errors of the server itself; a test that ends with one has found a bug here. */
  readonly broken: readonly unknown[];
  readonly world: World;
  /** "RegionOne" when left out. */
  region(name?: string): Region;
  plan(...faults: readonly Fault[]): void;
  /** Faults that never happened. */
  unusedFaults(): readonly Fault[];
  /** Lets virtual time pass. */
  advance(milliseconds: number): void;
  /** Puts an image there; its id. */
  addImage(image: StockImage, region?: string): string;
  addNetwork(network: StockNetwork, region?: string): string;
  /** The machine turns itself off, as with "poweroff" inside. */
  shutDownInside(serverId: string, region?: string): void;
  /** All tokens that were given are refused from now on. */
  expireTokens(): void;
  /** What the calls made and is still there, in every region. */
  leftovers(): readonly Leftover[];
  /** "host:port" of what a process with `environment` tried to reach outside this machine. */
  refusedDials(): readonly string[];
  /** When every guest has come up or gone. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const SERVICES = [identityService, computeService, imageService, networkService, volumeService];

function environmentFor(world: World): Readonly<Record<string, string>> {
  return {
    OS_AUTH_URL: `${world.endpoint}/identity/v3`,
    OS_USERNAME: 'baker',
    OS_PASSWORD: world.users[0]?.password ?? '',
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_NAME: 'bakery',
    OS_PROJECT_DOMAIN_NAME: 'Default',
    OS_REGION_NAME: [...world.regions.keys()][0] ?? '',
    OS_IDENTITY_API_VERSION: '3',
  };
}

/** Starts a server on a free port of 127.0.0.1. */
export async function startTestOpenStack(options: WorldOptions = {}): Promise<TestOpenStack> {
  const world = makeWorld(options);
  const broken: unknown[] = [];
  const report = (error: unknown): void => void broken.push(error);
  const server = await listen({
    answer: (request) => answerTo(world, SERVICES, request, report),
    control: (path, body) => controlAnswer(cloud, path, body),
    upgrade: (_request, stream) => stream.destroy(),
    report,
  });
  world.endpoint = server.endpoint;
  const dials = makeDialFiles();
  world.loopback = makeLoopback(server.port, dials);
  for (const region of world.regions.values()) stockRegion(world, region, server.port);
  const stock = new Set<string>();

  const region = (name = [...world.regions.keys()][0] ?? ''): Region => {
    const found = world.regions.get(name);
    if (found === undefined) throw new Error(`no region ${name}`);
    return found;
  };
  const settled = async (): Promise<void> => {
    while (world.background.size > 0) await Promise.all(world.background);
  };

  const cloud: TestOpenStack = {
    endpoint: server.endpoint,
    authUrl: `${server.endpoint}/identity/v3`,
    environment: { ...environmentFor(world), ...dials.environment },
    calls: world.calls,
    broken,
    world,
    region,
    plan: (...faults) => faults.forEach((fault) => world.faults.add(fault)),
    unusedFaults: () => world.faults.unused(),
    advance: (milliseconds) => world.clock.advance(milliseconds),
    addImage: (image, place) => {
      const { id } = addStockImage(world, region(place), image);
      stock.add(id);
      return id;
    },
    addNetwork: (network, place) => addStockNetwork(world, region(place), network),
    shutDownInside: (id, place) => {
      const found = region(place).servers.peek(id);
      if (found === undefined) throw new Error(`no server ${id}`);
      shutDownInside(world, found);
    },
    expireTokens: () => world.tokens.clear(),
    leftovers: () => leftovers(world).filter(({ id }) => !stock.has(id)),
    refusedDials: () => dials.refused(),
    settled,
    stop: async () => {
      await server.close();
      for (const each of world.regions.values()) {
        for (const { guest } of each.servers.all()) if (guest !== undefined) inBackground(world, guest.close());
      }
      await settled();
      dials.remove();
    },
  };
  return cloud;
}
