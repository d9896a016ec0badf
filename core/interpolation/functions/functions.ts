import { nameHint } from '../../diagnostics/suggest.ts';
import type { LookupTable } from '../../contract/lookup.ts';
import { readAnswer, type Answers } from '../lookup-answers.ts';
import { formatTime, RFC3339 } from '../go/go-time.ts';
import { dataFunction, type FetchedData } from './fetched-data.ts';
import { integer, ofTexts, text, type FunctionTable, type TemplateFunction } from './function-table.ts';
import { Refusal } from '../interpolation-error.ts';
import { lower, replaceText, splitText, upper } from '../go/go-strings.ts';
import { strftime } from './strftime.ts';
import { timeOrderedUuid } from './uuid.ts';

/** Where a text stands: what its functions know and may do. */
export interface FunctionContext {
  /** The moment that `timestamp`, `isotime` and `strftime` tell; one for the whole run. */
  readonly startedAt: Date;
  readonly packerVersion: string;
  /** Absolute; of a template from standard input the working directory. */
  readonly templateDirectory: string;
  readonly workingDirectory: string;
  /** Variables by name, rendered. */
  readonly variables: Readonly<Record<string, string>>;
  /** What the data sources gave; undefined: there are none. */
  readonly data?: FetchedData | undefined;
  /** What asks servers, by the function's name; `load` is never called here. Undefined: there is none. */
  readonly lookups?: LookupTable | undefined;
  /** Set where variables are worked out and nowhere else: allows `env` and the lookups. */
  readonly outside?: OutsideWorld | undefined;
  /** Undefined outside of a build. */
  readonly buildName?: string | undefined;
  readonly buildType?: string | undefined;
  /** What `clean_resource_name` does; undefined where there is no such function. */
  readonly cleanResourceName?: ((text: string) => string) | undefined;
  /**
   * The function `build`: the names that it knows, and the value of one; undefined when there is no such name. Left out
   * where Packer does not have it (builders, variables): INTERPOLATION_BUILD_UNAVAILABLE.
   */
  readonly build?:
    { readonly names: Iterable<string>; readonly tell: (name: string) => string | undefined } | undefined;
}

export interface OutsideWorld {
  /** An environment variable; undefined when not set. */
  environment(name: string): string | undefined;
  /** What was fetched so far; `renderWithLookups` fills it. Without it, lookups are refused. */
  readonly answers?: Answers | undefined;
}

const none: TemplateFunction['parameters'] = [];

function known(value: string | undefined, message: string): () => string {
  return () => {
    if (value === undefined || value === '') throw new Refusal(message);
    return value;
  };
}

function only(where: string): never {
  throw new Refusal(`this is allowed ${where} only`, {
    hint: 'give a variable this default under "variables" and read it with {{ user `name` }}',
  });
}

/** Functions that ask the world outside, which is allowed in variables only. */
function outsideFunctions({
  outside,
  lookups = {},
}: FunctionContext): readonly (readonly [string, TemplateFunction])[] {
  const where = 'in the values of "variables"';
  const lookup = (name: string): TemplateFunction => ({
    parameters: none,
    rest: 'text',
    call: (values) =>
      outside === undefined ? only(where) : readAnswer(outside.answers, { name, values: values.map(text) }),
  });
  return [
    ['env', ofTexts(1, (name) => (outside === undefined ? only(where) : (outside.environment(name) ?? '')))],
    ...Object.keys(lookups).map((name) => [name, lookup(name)] as const),
  ];
}

function user(context: FunctionContext, name: string): string {
  return (Object.hasOwn(context.variables, name) ? context.variables[name] : undefined) ?? '';
}

function build(context: FunctionContext, name: string): string {
  if (context.build === undefined) {
    throw new Refusal('the running build is not known here', {
      code: 'INTERPOLATION_BUILD_UNAVAILABLE',
      hint: 'the running build is known to provisioners and post-processors',
    });
  }
  const { names, tell } = context.build;
  const value = tell(name);
  if (value !== undefined) return value;
  throw new Refusal(`the build has no ${JSON.stringify(name)}`, {
    code: 'INTERPOLATION_UNKNOWN_NAME',
    hint: () => nameHint(name, [...names]),
  });
}

function split(whole: string, separator: string, place: bigint): string {
  const pieces = splitText(whole, separator);
  const piece = place < 0n ? undefined : pieces[Number(place)];
  if (piece !== undefined) return piece;
  const count = pieces.length === 1 ? 'is 1 piece' : `are ${String(pieces.length)} pieces`;
  throw new Refusal(
    `there ${count} of ${JSON.stringify(whole)} between ${JSON.stringify(separator)}, and no number ${String(place)} (the first is 0)`,
  );
}

function isotime(context: FunctionContext, layouts: readonly string[]): string {
  if (layouts.length > 1) throw new Refusal('there can be one layout only');
  return formatTime(context.startedAt, layouts[0] ?? RFC3339);
}

const strings: readonly (readonly [string, TemplateFunction])[] = [
  ['lower', ofTexts(1, lower)],
  ['upper', ofTexts(1, upper)],
  ['replace_all', ofTexts(3, (old, replacement, value) => replaceText(value, old, replacement, -1n))],
  [
    'replace',
    {
      parameters: ['text', 'text', 'integer', 'text'],
      call: ([old, replacement, count, value]) =>
        replaceText(text(value), text(old), text(replacement), integer(count)),
    },
  ],
  [
    'split',
    {
      parameters: ['text', 'text', 'integer'],
      call: ([value, separator, place]) => split(text(value), text(separator), integer(place)),
    },
  ],
  [
    'sed',
    ofTexts(2, () => {
      throw new Refusal('this no longer does anything', { hint: 'use replace or replace_all' });
    }),
  ],
];

/** Packer's functions, beside Go's own, for texts that stand where `context` says. */
export function templateFunctions(context: FunctionContext): FunctionTable {
  const { startedAt, cleanResourceName } = context;
  const table = new Map<string, TemplateFunction>([...strings, ...outsideFunctions(context)]);
  table.set(
    'build',
    ofTexts(1, (name) => build(context, name)),
  );
  table.set('data', dataFunction(context.data));
  table.set('build_name', ofTexts(0, known(context.buildName, 'this is known inside of a build only')));
  table.set('build_type', ofTexts(0, known(context.buildType, 'this is known inside of a build only')));
  table.set(
    'packer_version',
    ofTexts(0, () => context.packerVersion),
  );
  table.set(
    'pwd',
    ofTexts(0, () => context.workingDirectory),
  );
  table.set(
    'strftime',
    ofTexts(1, (format) => strftime(startedAt, format)),
  );
  table.set(
    'template_dir',
    ofTexts(0, () => context.templateDirectory),
  );
  table.set(
    'timestamp',
    ofTexts(0, () => String(Math.floor(startedAt.getTime() / 1000))),
  );
  table.set(
    'user',
    ofTexts(1, (name) => user(context, name)),
  );
  table.set(
    'uuid',
    ofTexts(0, () => timeOrderedUuid(Date.now())),
  );
  table.set('isotime', { parameters: none, rest: 'text', call: (values) => isotime(context, values.map(text)) });
  if (cleanResourceName !== undefined) table.set('clean_resource_name', ofTexts(1, cleanResourceName));
  return table;
}
