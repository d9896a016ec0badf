import { makeAddresses } from '../cloud/addresses.ts';
import { makeDialFiles } from '../cloud/dial-files.ts';
import type { Fault } from '../cloud/faults.ts';
import type { Leftover } from '../cloud/leftovers.ts';
import { listen } from '../cloud/server.ts';
import { answerTo } from './answer.ts';
import { diskCalls } from './calls/disks.ts';
import { imageCalls } from './calls/images.ts';
import { instanceCalls } from './calls/instances.ts';
import { placeCalls } from './calls/places.ts';
import { controlAnswer } from './control.ts';
import { metadataAnswer } from './guest/metadata-server.ts';
import { halt } from './life.ts';
import { operationCalls } from './operations.ts';
import { addStockImage, stockWorld, type StockImage } from './stock.ts';
import { makeWorld, type CallRecord, type World, type WorldOptions } from './world.ts';

export type { Fault } from '../cloud/faults.ts';
export { replyLost } from '../cloud/faults.ts';
export type { Leftover } from '../cloud/leftovers.ts';
export type { StockImage } from './stock.ts';
export type { CallRecord, WorldOptions } from './world.ts';

/** A running test Compute Engine, with the project "bakery". */
export interface TestGce {
  /** "http://127.0.0.1:PORT" */
  readonly endpoint: string;
  /** For the option `custom_endpoints`. */
  readonly customEndpoints: Readonly<Record<string, string>>;
  /** What lets in, for the option `access_token`. */
  readonly token: string;
  /**
   * What a process needs to get in with Google's default credentials, as on a machine of Google's; it may dial nothing but
   * this server and its instances.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** All calls so far. */
  readonly calls: readonly CallRecord[];
  /** Errors of the server itself; a test that ends with one has found a bug here. */
  readonly broken: readonly unknown[];
  readonly world: World;
  plan(...faults: readonly Fault[]): void;
  /** Faults that never happened. */
  unusedFaults(): readonly Fault[];
  /** Lets virtual time pass. */
  advance(milliseconds: number): void;
  /** Puts an image there; its path. */
  addImage(image: StockImage): string;
  /** The machine stops by itself, as with "poweroff" inside or by preemption. `instance` is a path. */
  stopInside(instance: string, message?: string): void;
  /** What the calls made and is still there. */
  leftovers(): readonly Leftover[];
  /** "host:port" of what a process with `environment` tried to reach outside this machine. */
  refusedDials(): readonly string[];
  /** When every guest has come up or gone. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const HANDLERS = { ...placeCalls, ...diskCalls, ...imageCalls, ...instanceCalls, ...operationCalls };

function leftoversOf(world: World): readonly Leftover[] {
  const of =
    (kind: string) =>
    ({
      path,
      view,
    }: {
      readonly path: string;
      readonly view: { labels?: Record<string, string> | null };
    }): Leftover => ({
      region: /\/zones\/([^/]+)/.exec(path)?.[1] ?? '',
      kind,
      id: path,
      tags: view.labels ?? {},
    });
  return [
    ...world.instances.all().map(of('instance')),
    ...world.disks.all().map(of('disk')),
    ...world.images.all().map(of('image')),
  ];
}

/** Starts a server on a free port of 127.0.0.1. */
export async function startTestGce(options: WorldOptions = {}): Promise<TestGce> {
  const world = makeWorld(options);
  const broken: unknown[] = [];
  const report = (error: unknown): void => void broken.push(error);
  const server = await listen({
    answer: async (request) => metadataAnswer(world, request) ?? answerTo(world, HANDLERS, request, report),
    control: (path, body) => controlAnswer(gce, path, body),
    upgrade: (_request, stream) => stream.destroy(),
    report,
  });
  world.endpoint = server.endpoint;
  const dials = makeDialFiles();
  const names = { publicName: (address: string) => address, privateName: (address: string) => address };
  const addresses = makeAddresses(options.addresses ?? 'loopback', server.port, names);
  world.nextAddress = () => {
    const address = addresses();
    dials.add(address);
    return address;
  };
  stockWorld(world);
  const stock = new Set(world.images.all().map(({ path }) => path));
  const settled = async (): Promise<void> => {
    while (world.background.size > 0) await Promise.all(world.background);
  };
  const gce: TestGce = {
    endpoint: server.endpoint,
    customEndpoints: { compute: `${server.endpoint}/` },
    token: 'ya29.test',
    environment: { ...dials.environment, GCE_METADATA_HOST: `127.0.0.1:${String(server.port)}` },
    calls: world.calls,
    broken,
    world,
    plan: (...faults) => faults.forEach((fault) => world.faults.add(fault)),
    unusedFaults: () => world.faults.unused(),
    advance: (milliseconds) => world.clock.advance(milliseconds),
    addImage: (image) => {
      const path = addStockImage(world, image);
      stock.add(path);
      return path;
    },
    stopInside: (path, message) => {
      const found = world.instances.peek(path);
      if (found === undefined) throw new Error(`no instance ${path}`);
      halt(world, found, message);
    },
    leftovers: () => leftoversOf(world).filter(({ id }) => !stock.has(id)),
    refusedDials: () => dials.refused(),
    settled,
    stop: async () => {
      await server.close();
      for (const each of world.instances.all()) {
        each.endScript();
        if (each.guest !== undefined) await each.guest.close();
      }
      await settled();
      dials.remove();
    },
  };
  return gce;
}
