import type { Fault } from '../cloud/faults.ts';
import type { Answer } from '../cloud/server.ts';
import type { TestOpenStack } from './index.ts';
import type { StockImage, StockNetwork } from './contents/stock.ts';

interface ControlBody {
  readonly region?: string;
  readonly server?: string;
  readonly image?: StockImage;
  readonly network?: StockNetwork;
  readonly faults?: readonly Fault[];
  readonly milliseconds?: number;
}

/** What a test in another process may ask for, by path. */
const ACTIONS: Readonly<Record<string, (cloud: TestOpenStack, body: ControlBody) => unknown>> = {
  calls: (cloud) => cloud.calls,
  leftovers: (cloud) => cloud.leftovers(),
  broken: (cloud) => cloud.broken.map(String),
  'unused-faults': (cloud) => cloud.unusedFaults(),
  'refused-dials': (cloud) => cloud.refusedDials(),
  plan: (cloud, body) => cloud.plan(...(body.faults ?? [])),
  advance: (cloud, body) => cloud.advance(body.milliseconds ?? 0),
  'add-image': (cloud, body) => cloud.addImage(body.image ?? { name: 'an image' }, body.region),
  'add-network': (cloud, body) => (body.network === undefined ? '' : cloud.addNetwork(body.network, body.region)),
  'shut-down-inside': (cloud, body) => cloud.shutDownInside(body.server ?? '', body.region),
  'expire-tokens': (cloud) => cloud.expireTokens(),
};

/** Answers requests under /_test/, which need no token. */
export function controlAnswer(cloud: TestOpenStack, path: string, body: Buffer): Answer {
  const action = ACTIONS[path];
  if (action === undefined) return { status: 404, type: 'text/plain', body: `no ${path}` };
  const given = (body.length === 0 ? {} : JSON.parse(body.toString())) as ControlBody;
  return { status: 200, type: 'application/json', body: JSON.stringify(action(cloud, given) ?? null) };
}
