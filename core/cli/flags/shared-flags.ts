import { UsageError } from '../../errors/errors.ts';
import { outputFor, type Output } from '../output/output.ts';

export const variableFlags = {
  var: { kind: 'many', placeholder: 'name=value', summary: 'give a variable a value; may be used many times' },
  'var-file': {
    kind: 'many',
    placeholder: 'path',
    summary: 'read values of variables from a file (JSON, YAML or .env); may be used many times, the last one wins',
  },
} as const;

export const configTypeFlag = {
  'config-type': { kind: 'choice', default: 'json', choices: ['json'], summary: 'the language of the template' },
} as const;

export const selectionFlags = {
  only: { kind: 'list', placeholder: 'a,b', summary: 'only these builds; * stands for any text' },
  except: {
    kind: 'list',
    placeholder: 'a,b',
    summary: 'all builds and post-processors but these; * stands for any text',
  },
} as const;

export const modeFlags = {
  'machine-readable': { kind: 'switch', default: false, summary: "write Packer's machine-readable lines" },
  json: { kind: 'switch', default: false, summary: 'write one JSON object a line' },
} as const;

/** Throws `UsageError` when both are asked for. */
export function outputOf(flags: { readonly 'machine-readable': boolean; readonly json: boolean }): Output {
  if (flags.json && flags['machine-readable']) {
    throw new UsageError('-json and -machine-readable exclude each other', { code: 'USAGE' });
  }
  return outputFor(flags.json ? 'json' : flags['machine-readable'] ? 'machine-readable' : 'text');
}
