import { spawnSync } from 'node:child_process';
import type { JsonObject } from '../../core/contract/json.ts';
import { nameOf, templateOf, type Judged } from './each-a-build.ts';
import { command, file, place } from './run-kiln.ts';

/** What is one build of a template to a complaint about it. */
const COMPONENTS = ['builders', 'provisioners', 'post-processors'] as const;

/** The code of the error that Kiln has about each, with no SSH agent there; undefined: none. */
export function askKiln(some: readonly Judged[]): readonly (string | undefined)[] {
  const template = templateOf(some);
  const nameAt = new Map(
    COMPONENTS.flatMap((key) =>
      (template[key] as readonly JsonObject[]).map((one, index): [string, string] => {
        const only = one['only'] as readonly string[] | undefined;
        return [`/${key}/${String(index)}`, only?.[0] ?? (one['name'] as string)];
      }),
    ),
  );
  const [node, ...args] = command(['validate', '-json', file('cases.json', template)]);
  const { stdout } = spawnSync(node, args, {
    ...place({ SSH_AUTH_SOCK: undefined }),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  const said = new Map<string, string>();
  for (const line of stdout.trim().split('\n')) {
    const { severity, code, pointer } = JSON.parse(line) as Readonly<Record<string, string>>;
    const at = pointer?.split('/').slice(0, 3).join('/') ?? '';
    const name = at.startsWith('/data/') ? at.slice('/data/'.length) : nameAt.get(at);
    if (severity === 'error' && name !== undefined) said.set(name, code ?? '');
  }
  return some.map((_, index) => said.get(nameOf(index)));
}
