import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const entry = new URL('../../../../core/interpolation/index.ts', import.meta.url).href;

function builtinsLoadedBy(code: string): string[] {
  const script = `const before = new Set(process.moduleLoadList);
    ${code}
    console.log(JSON.stringify(process.moduleLoadList.filter((name) => !before.has(name))));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  return JSON.parse(output) as string[];
}

test('loading the interpolation loads nothing for the network or for signatures', () => {
  const heavy = /\b(?:https?|tls|net|crypto|dns|zlib|undici|stream\/consumers)\b/;
  const control = builtinsLoadedBy(`await import('node:https');`);
  expect(control.some((name) => heavy.test(name))).toBe(true);
  expect(builtinsLoadedBy(`await import(${JSON.stringify(entry)});`).filter((name) => heavy.test(name))).toEqual([]);
});
