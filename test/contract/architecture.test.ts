import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** What a page of prose calls by its whole path: `core/run/run-plan.ts`, `builders/qemu/typing`. */
function pathsIn(page: string): readonly string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const named = text.matchAll(
    /`((?:core|builders|provisioners|post-processors|data-sources|plugins|lookups|clients|test|docs)\/[\w./-]+)`/g,
  );
  return [...new Set([...named].map(([, path = '']) => path))];
}

describe.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'])('%s', (page) => {
  test('names files and folders that are there', () => {
    const paths = pathsIn(page);
    expect(paths.length).toBeGreaterThan(3);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

test('the walks of ARCHITECTURE.md have eight stops at most', () => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const [, walk = ''] = /\n## A newcomer's walk\n(.*?)\n## /s.exec(text) ?? [];
  const walks = walk.split('\n**').slice(1);
  expect(walks).toHaveLength(4);
  for (const each of walks) {
    const stops = [...each.matchAll(/(?<=\s)(\d)\.\s/g)].map(([, stop]) => Number(stop));
    expect(stops).toEqual(stops.map((_stop, index) => index + 1));
    expect(stops.length).toBeLessThanOrEqual(8);
  }
});
