import { errorAt, warningAt, type Finding, type Mark } from '../../diagnostics/finding.ts';
import { nameHint } from '../../diagnostics/suggest.ts';
import { fieldReferences, type UserReference } from '../../interpolation/index.ts';
import type { TextSetting } from './text-context.ts';

/** A name of data, as in `{{ .Name }}`, that a text asks for, itself or by a variable. */
interface AskedName {
  /** Empty for the data as a whole. */
  readonly name: string;
  /** False where it may never come to be asked for. */
  readonly certain: boolean;
  readonly mark: Mark;
  /** The variable that has it in its value. */
  readonly variable: string | undefined;
}

/** Throws `InterpolationError` when the text is malformed. */
export function askedNames(
  text: string,
  references: readonly UserReference[],
  { functions, variables }: Pick<TextSetting, 'functions' | 'variables'>,
): readonly AskedName[] {
  const own = fieldReferences(text, functions).map(({ name, certain, offset, length }): AskedName => {
    return { name, certain, mark: { kind: 'text', offset, length }, variable: undefined };
  });
  const inVariables = references
    .filter(({ name }) => variables.dotted.has(name))
    .flatMap(({ name: variable, offset, length }) =>
      fieldReferences(variables.values[variable] ?? '', functions).map(({ name, certain }): AskedName => {
        return { name, certain, mark: { kind: 'text', offset, length }, variable };
      }),
    );
  return [...own, ...inVariables];
}

function shown({ name, variable }: AskedName): string {
  const expression = `{{ .${name} }}`;
  return variable === undefined ? expression : `${expression} of the variable "${variable}"`;
}

/** Complaints about names that a late option will not have; where they may never be asked for, warnings. */
export function unknownNames(
  asked: readonly AskedName[],
  known: readonly string[],
  pointer: string,
): readonly Finding[] {
  return asked
    .filter(({ name }) => name !== '' && !known.includes(name))
    .map((each) => {
      const complain = each.certain ? errorAt : warningAt;
      const hint = (): string | undefined =>
        nameHint(
          `.${each.name}`,
          known.map((name) => `.${name}`),
        );
      const message = `nothing fills in ${shown(each)} in this option`;
      return complain('INTERPOLATION_UNKNOWN_NAME', pointer, message, { hint, mark: each.mark });
    });
}

/** What is there everywhere for a name that is data elsewhere. */
const everywhere: Readonly<Record<string, string>> = {
  Name: 'the name of the build is {{ build_name }}',
  BuildName: 'the name of the build is {{ build_name }}',
  BuilderType: 'the type of the builder is {{ build_type }}',
};

/** The same while the build runs. */
const inTheBuild: Readonly<Record<string, string>> = {
  HTTPIP: 'the address is {{ build `PackerHTTPIP` }} here',
  HTTPPort: 'the port is {{ build `PackerHTTPPort` }} here',
  ArtifactId: 'the id of the machine is {{ build `ID` }}',
};

function hintFor({ name }: AskedName, { variables, functions, factNames }: TextSetting): string {
  const known = everywhere[name] ?? (factNames === undefined ? undefined : inTheBuild[name]);
  if (known !== undefined) return known;
  if (Object.hasOwn(variables.values, name)) return `the variable is read without the dot: {{ user \`${name}\` }}`;
  if (functions.has(name)) return `the function is called without the dot: {{ ${name} }}`;
  const near = factNames === undefined ? undefined : nameHint(name, [...factNames]);
  if (near?.startsWith('did') === true) return near;
  return 'functions and variables are written without the dot: {{ timestamp }}, {{ user `name` }}';
}

/** Warnings about names that nothing fills in, in an option that is filled in while planning. */
export function noValues(asked: readonly AskedName[], setting: TextSetting, pointer: string): readonly Finding[] {
  return asked
    .filter(({ name }) => setting.factNames === undefined || (name !== '' && !setting.factNames.has(name)))
    .map((each) => {
      // A builder's option is rendered once, and what comes of a variable is not looked at again.
      const stays = setting.factNames === undefined && each.variable !== undefined;
      const outcome = stays
        ? 'it stays as it is written, as with Packer'
        : 'Packer writes "<no value>" for it, and so does Kiln';
      const message = `nothing fills in ${shown(each)} in this option; ${outcome}`;
      const hint = (): string => hintFor(each, setting);
      return warningAt('INTERPOLATION_NO_VALUE', pointer, message, { hint, mark: each.mark });
    });
}
