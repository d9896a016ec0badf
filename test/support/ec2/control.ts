import type { Fault } from '../cloud/faults.ts';
import type { TestEc2 } from './index.ts';
import type { Answer } from '../cloud/server.ts';
import type { StockImage, StockSubnet } from './stock.ts';

interface ControlBody {
  readonly region?: string;
  readonly instance?: string;
  readonly image?: StockImage;
  readonly subnet?: StockSubnet;
  readonly alias?: string;
  readonly faults?: readonly Fault[];
  readonly milliseconds?: number;
}

/** What a test in another process may ask for, by path. */
const ACTIONS: Readonly<Record<string, (ec2: TestEc2, body: ControlBody) => unknown>> = {
  calls: (ec2) => ec2.calls,
  leftovers: (ec2) => ec2.leftovers(),
  broken: (ec2) => ec2.broken.map(String),
  'unused-faults': (ec2) => ec2.unusedFaults(),
  'refused-dials': (ec2) => ec2.refusedDials(),
  plan: (ec2, body) => ec2.plan(...(body.faults ?? [])),
  advance: (ec2, body) => ec2.advance(body.milliseconds ?? 0),
  'add-image': (ec2, body) => ec2.addImage(body.region ?? 'us-east-1', body.image ?? { name: 'an image' }),
  'add-vpc': (ec2, body) => ec2.addVpc(body.region ?? 'us-east-1'),
  'add-subnet': (ec2, body) =>
    body.subnet === undefined ? '' : ec2.addSubnet(body.region ?? 'us-east-1', body.subnet),
  'add-kms-key': (ec2, body) => ec2.addKmsKey(body.region ?? 'us-east-1', body.alias),
  'shut-down-inside': (ec2, body) => ec2.shutDownInside(body.region ?? 'us-east-1', body.instance ?? ''),
  'interrupt-spot': (ec2, body) => ec2.interruptSpot(body.region ?? 'us-east-1', body.instance ?? ''),
  'expire-credentials': (ec2) => ec2.expireCredentials(),
};

/** Answers requests under /_test/, which need no signature. */
export function controlAnswer(ec2: TestEc2, path: string, body: Buffer): Answer {
  const action = ACTIONS[path];
  if (action === undefined) return { status: 404, type: 'text/plain', body: `no ${path}` };
  const given = (body.length === 0 ? {} : JSON.parse(body.toString())) as ControlBody;
  return { status: 200, type: 'application/json', body: JSON.stringify(action(ec2, given) ?? null) };
}
