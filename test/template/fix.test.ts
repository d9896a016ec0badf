import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../core/run/json.ts';
import { fixTemplate } from '../../core/template/fix/fix-template.ts';

const cases = JSON.parse(readFileSync(join(import.meta.dirname, 'fix-cases.json'), 'utf8')) as readonly JsonObject[];
const directory = mkdtempSync(join(tmpdir(), 'kiln-fix-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What Packer makes of a template; undefined when it crashes or gives up. */
function packerFix(template: JsonObject): unknown {
  const path = join(directory, 'template.json');
  writeFileSync(path, JSON.stringify(template));
  try {
    const options = { encoding: 'utf8', stdio: 'pipe', cwd: directory } as const;
    return JSON.parse(execFileSync('packer', ['fix', '-validate=false', path], options));
  } catch {
    return undefined;
  }
}

/** Where Kiln does otherwise on purpose: what Packer makes of the case is a fault of its own. */
const deliberate: readonly (readonly [why: string, expected: JsonObject])[] = [
  [
    'overrides that were there already are not lost',
    {
      builders: [{ type: 'null' }],
      'post-processors': [[{ type: 'vagrant', override: { aws: { a: 1 }, z: 1 } }]],
    },
  ],
  ['a root key in another case is fixed where it is', { Builders: [{ type: 'virtualbox-iso' }] }],
  [
    'only post-processors of Docker lose login_email',
    { builders: [{ type: 'null' }], 'post-processors': [{ type: 'x', login_email: 'a' }] },
  ],
];

describe('kiln fix beside packer fix', () => {
  test.each(cases.map((template) => [JSON.stringify(template), template] as const))('%s', (_text, template) => {
    const expected = packerFix(template);
    const fixed = fixTemplate(template);
    const known = deliberate.some(([, own]) => isDeepStrictEqual(own, fixed));
    if (expected !== undefined && !known) expect(fixed).toEqual(expected);
  });
});

test('each deliberate difference is one', () => {
  for (const [why, own] of deliberate) {
    expect(
      cases.some((template) => isDeepStrictEqual(fixTemplate(template), own)),
      why,
    ).toBe(true);
  }
});
