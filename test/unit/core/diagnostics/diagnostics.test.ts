import { readFileSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue, diagnosticsPage } from '../../../../core/diagnostics/catalogue.ts';
import type { LocatedDiagnostic } from '../../../../core/diagnostics/diagnostic.ts';
import { diagnosticData, renderDiagnostic, sortDiagnostics } from '../../../../core/diagnostics/render.ts';
import { nameHint, suggest } from '../../../../core/diagnostics/suggest.ts';

const root = join(import.meta.dirname, '../../../..');

function diagnostic(line: number, column: number, code = 'JSON_SYNTAX', file = 't.json'): LocatedDiagnostic {
  const location = { file, line, column, length: 3 };
  return { severity: 'error', code, message: 'm', pointer: '/a', location, excerpt: '  abc' };
}

describe('a diagnostic for people', () => {
  it('has code, place, message, the line with the fault underlined, and what to do', () => {
    expect(renderDiagnostic({ ...diagnostic(12, 3), hint: 'do this\nthen that' })).toBe(
      [
        'error JSON_SYNTAX  t.json:12:3  /a',
        '  m',
        '  12 |   abc',
        '     |   ^^^',
        '  hint: do this',
        '        then that',
      ].join('\n'),
    );
  });

  it('shows a part of a long line, tabs kept under tabs and control characters gone', () => {
    const excerpt = `${'x'.repeat(500)}\tbad\u001b[31m${'y'.repeat(500)}`;
    const location = { file: 't.json', line: 1, column: 502, length: 3 };
    const lines = renderDiagnostic({ ...diagnostic(1, 1), location, excerpt }).split('\n');
    expect(lines[2]?.length).toBeLessThan(140);
    expect(lines[2]).not.toContain('\u001b');
    const at = lines[2]?.indexOf('bad') ?? -1;
    expect(lines[3]?.indexOf('^^^')).toBe(at);
    expect(lines[3]?.[at - 1]).toBe('\t');
  });

  it('does without place, pointer and hint', () => {
    expect(renderDiagnostic({ severity: 'warning', code: 'X_Y', message: 'm', pointer: '' })).toBe('warning X_Y\n  m');
  });
});

describe('diagnostics', () => {
  it('are sorted by place, each there once', () => {
    const sorted = sortDiagnostics([
      diagnostic(2, 1),
      diagnostic(1, 5),
      diagnostic(1, 2, 'B_X'),
      diagnostic(1, 2, 'A_X'),
      diagnostic(2, 1),
      diagnostic(1, 1, 'A_X', 's.json'),
    ]);
    expect(
      sorted.map(({ code, location }) => `${location?.file} ${location?.line}:${location?.column} ${code}`),
    ).toEqual([
      's.json 1:1 A_X',
      't.json 1:2 A_X',
      't.json 1:2 B_X',
      't.json 1:5 JSON_SYNTAX',
      't.json 2:1 JSON_SYNTAX',
    ]);
  });

  it('are plain data for programs', () => {
    expect(diagnosticData(diagnostic(1, 1))).toEqual(diagnostic(1, 1));
  });
});

describe('a suggestion', () => {
  it.each([
    ['disksize', 'disk_size'],
    ['dsik_size', 'disk_size'],
    ['disk-size', 'disk_size'],
    ['memry', 'memory'],
    ['xyz', undefined],
    ['', undefined],
  ])('for %j is %j', (name, meant) => {
    expect(suggest(name, ['memory', 'disk_size', 'cpus'])).toBe(meant);
  });

  it('is a list of what there is when nothing is near', () => {
    expect(nameHint('zzzzzz', ['a', 'b'])).toBe('there are "a", "b"');
    expect(nameHint('zzzzzz', [])).toBeUndefined();
  });
});

describe('the catalogue', () => {
  const engine = globSync('core/{template,plan,schema,interpolation,diagnostics}/**/*.ts', { cwd: root })
    .filter((path) => !path.endsWith('catalogue.ts'))
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n');

  it.each(Object.keys(catalogue))('has %s, which is in use', (code) => {
    expect(engine).toContain(`'${code}'`);
  });

  it('is what docs/diagnostics.md shows', () => {
    expect(readFileSync(join(root, 'docs/diagnostics.md'), 'utf8')).toBe(diagnosticsPage());
  });
});
