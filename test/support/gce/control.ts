import type { Fault } from '../cloud/faults.ts';
import type { Answer } from '../cloud/server.ts';
import type { TestGce } from './index.ts';
import type { StockImage } from './stock.ts';

interface ControlBody {
  readonly instance?: string;
  readonly message?: string;
  readonly image?: StockImage;
  readonly faults?: readonly Fault[];
  readonly milliseconds?: number;
}

/** What a test in another process may ask for, by path. */
const ACTIONS: Readonly<Record<string, (gce: TestGce, body: ControlBody) => unknown>> = {
  calls: (gce) => gce.calls,
  leftovers: (gce) => gce.leftovers(),
  broken: (gce) => gce.broken.map(String),
  'unused-faults': (gce) => gce.unusedFaults(),
  'refused-dials': (gce) => gce.refusedDials(),
  plan: (gce, body) => gce.plan(...(body.faults ?? [])),
  advance: (gce, body) => gce.advance(body.milliseconds ?? 0),
  'add-image': (gce, body) => gce.addImage(body.image ?? { name: 'an-image' }),
  'stop-inside': (gce, body) => gce.stopInside(body.instance ?? '', body.message),
};

/** Answers requests under /_test/, which need no token. */
export function controlAnswer(gce: TestGce, path: string, body: Buffer): Answer {
  const action = ACTIONS[path];
  if (action === undefined) return { status: 404, type: 'text/plain', body: `no ${path}` };
  const given = (body.length === 0 ? {} : JSON.parse(body.toString())) as ControlBody;
  return { status: 200, type: 'application/json', body: JSON.stringify(action(gce, given) ?? null) };
}
