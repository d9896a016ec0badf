import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../core/run/json.ts';
import { fixTemplate } from '../../../../core/template/fix/fix-template.ts';
import { fixers } from '../../../../core/template/fix/fixers.ts';
import { oldComponents } from './fix-cases.ts';

const directory = mkdtempSync(join(tmpdir(), 'kiln-fix-'));
afterAll(() => rmSync(directory, { recursive: true }));

function packer(...args: readonly string[]): string | undefined {
  try {
    const env = { ...process.env, CHECKPOINT_DISABLE: '1', PACKER_CONFIG_DIR: directory };
    return execFileSync('packer', args, { cwd: directory, env, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function templateOf(index: number): JsonObject {
  const [part, component] = oldComponents[index] ?? ['builders', {}];
  return { builders: [{ type: 'null' }], [part]: [component] };
}

describe('fix', () => {
  test('changes each old component as Packer 1.6.6 does', { timeout: 120_000 }, (context) => {
    if (packer('version') === undefined) {
      expect(process.env['CI'], 'packer has to be installed for this test').not.toBe('true');
      return context.skip('packer is not installed');
    }
    for (const index of oldComponents.keys()) {
      writeFileSync(join(directory, 't.json'), JSON.stringify(templateOf(index)));
      const theirs = JSON.parse(packer('fix', '-validate=false', 't.json') ?? '') as JsonObject;
      expect(fixTemplate(templateOf(index))).toEqual(theirs);
    }
  });

  test('has Packer’s 34 fixers, each with a case that it changes', () => {
    expect(fixers).toHaveLength(34);
    expect(new Set(fixers.map(({ name }) => name)).size).toBe(34);
    for (const fixer of fixers) {
      const changes = oldComponents.some(([part, component]) => {
        const repair =
          part === 'builders' ? fixer.builder : part === 'provisioners' ? fixer.provisioner : fixer.postProcessor;
        const each = (Array.isArray(component) ? component : [component]) as readonly unknown[];
        return each.some((one) => {
          if (repair === undefined || typeof one !== 'object' || one === null) return false;
          const draft = new Map(Object.entries(structuredClone(one) as JsonObject));
          repair(draft);
          return JSON.stringify(Object.fromEntries(draft)) !== JSON.stringify(one);
        });
      });
      expect(changes, fixer.name).toBe(true);
    }
  });

  test('is done after one pass: what it gives is not changed again', () => {
    for (const index of oldComponents.keys()) {
      const once = fixTemplate(templateOf(index));
      // Two fixers put something before what is there already, in Packer too.
      if (JSON.stringify(once).includes('"none:') || JSON.stringify(once).includes('`')) continue;
      expect(fixTemplate(once)).toEqual(once);
    }
  });

  test('keeps what Packer loses: an override beside options of providers', () => {
    const vagrant = { type: 'vagrant', override: { mine: 1 }, aws: { a: 1 } };
    const fixed = fixTemplate({ 'post-processors': [vagrant] });
    expect(fixed['post-processors']).toEqual([{ type: 'vagrant', override: { mine: 1, aws: { a: 1 } } }]);
  });

  test('leaves alone what it does not understand, where Packer panics', () => {
    const odd = { builders: [5, { iso_md5: 7 }, { type: 'amazon-ebs', ssh_private_ip: 'maybe' }], provisioners: 'x' };
    expect(fixTemplate(odd)).toEqual(odd);
  });
});
