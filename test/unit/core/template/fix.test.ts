import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../core/contract/json.ts';
import { fixTemplate } from '../../../../core/template/fix/fix-template.ts';
import { fixers } from '../../../../core/template/fix/fixers.ts';

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

const parts = ['builders', 'provisioners', 'post-processors'] as const;

/** Components as old templates have them; what becomes of each is asked of Packer 1.6.6 itself. */
const oldComponents = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fix-cases.json'), 'utf8'),
) as readonly (readonly [(typeof parts)[number], JsonValue])[];

function componentsOf(part: string): readonly JsonValue[] {
  return oldComponents.flatMap(([its, component]) => (its === part ? [component] : []));
}

const everything: JsonObject = Object.fromEntries(parts.map((part) => [part, componentsOf(part)]));

describe('fix', () => {
  test('changes each old component as Packer 1.6.6 does', (context) => {
    if (packer('version') === undefined) {
      expect(process.env['CI'], 'packer has to be installed for this test').not.toBe('true');
      return context.skip('packer is not installed');
    }
    writeFileSync(join(directory, 't.json'), JSON.stringify(everything));
    const theirs = JSON.parse(packer('fix', '-validate=false', 't.json') ?? '') as Record<string, JsonValue[]>;
    const ours = fixTemplate(everything) as Record<string, JsonValue[]>;
    for (const part of parts) {
      expect(ours[part]).toHaveLength(componentsOf(part).length);
      for (const [index, before] of componentsOf(part).entries()) {
        expect(ours[part]?.[index], JSON.stringify(before)).toEqual(theirs[part]?.[index]);
      }
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
    for (const [part, component] of oldComponents) {
      const once = fixTemplate({ [part]: [component] });
      // Two fixers put something before what is there already, in Packer too.
      if (/"(none|NONE|sha1|md5|file|\{\{.*?\}\}):|`|"storage"|"network_adapters"/.test(JSON.stringify(once))) continue;
      expect(fixTemplate(once)).toEqual(once);
    }
  });

  test('only post-processors of Docker lose login_email, and a root key in another case is fixed where it is', () => {
    const other = { 'post-processors': [{ type: 'x', login_email: 'a' }] };
    expect(fixTemplate(other)).toEqual(other);
    expect(fixTemplate({ Builders: [{ type: 'virtualbox' }] })).toEqual({ Builders: [{ type: 'virtualbox-iso' }] });
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
