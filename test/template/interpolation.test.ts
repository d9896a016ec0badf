import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  InterpolationError,
  render,
  renderKeepingDots,
  renderWithLookups,
  templateFunctions,
  type FunctionContext,
  type Answers,
} from '../../core/interpolation/index.ts';
import { builtin } from '../../plugins/builtin.ts';
import type { Case } from './interpolation-oracle.ts';

const cases = JSON.parse(readFileSync(new URL('interpolation.json', import.meta.url), 'utf8')) as readonly Case[];

const variables = {
  name: 'Root Owner',
  words: 'some plain words',
  count: '5',
  empty: '',
};

function context(startedAt: number): FunctionContext {
  return {
    startedAt: new Date(startedAt * 1000),
    packerVersion: '1.6.6',
    templateDirectory: '<directory>',
    workingDirectory: '<directory>',
    variables,
    buildName: 'web-1',
    buildType: 'file',
    lookups: builtin.lookups,
  };
}

const answers: Answers = new Map();
const outside = {
  environment: (name: string) => (name === 'KILN_CASE' ? 'from the environment' : undefined),
  answers,
};

/** Packer was given each text between angle brackets. */
async function outcome({ where, text, startedAt }: Case): Promise<string | undefined> {
  const base = context(startedAt ?? 0);
  const inVariable = where === 'variable';
  const { buildName: _name, buildType: _type, ...unbuilt } = base;
  const functions = templateFunctions(inVariable ? { ...unbuilt, outside } : base);
  try {
    if (!inVariable) return render(`<${text}>`, { functions }).slice(1, -1);
    const options = { lookups: builtin.lookups, signal: AbortSignal.timeout(5000) };
    return await renderWithLookups(() => renderKeepingDots(text, { functions }), answers, options);
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    return undefined;
  }
}

/** Where Kiln does otherwise, with the reason. */
const differences: Readonly<Record<string, string>> = {
  'variable {{user `undeclared`}}': 'an empty text and a warning, as Packer has it where any variable asks for another',
  'variable {{ .X }} {{user `undeclared`}}': 'the same',
  'variable {{packer_version}}': 'Kiln knows the version in variables too',
  'variable {{ .Vars | upper }}': 'Packer sets it aside, then renders it with each builder for nothing and fails',
};

describe('beside Packer 1.6.6', () => {
  test('there are enough cases', () => {
    expect(cases.length).toBeGreaterThanOrEqual(300);
  });

  const difference = ({ where, text }: Case): string | undefined => differences[`${where} ${text}`];

  test.each(cases.filter((one) => difference(one) === undefined))('$where $text', async (one) => {
    expect(await outcome(one)).toBe(one.output);
  });

  test('what is said to differ does', async () => {
    const different = cases.filter((one) => difference(one) !== undefined);
    expect(different).toHaveLength(Object.keys(differences).length);
    for (const one of different) expect(await outcome(one)).not.toBe(one.output);
  });
});
