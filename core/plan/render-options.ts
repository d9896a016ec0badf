import { errorAt, warningAt, type Finding } from '../diagnostics/finding.ts';
import { nameHint } from '../diagnostics/suggest.ts';
import {
  checkSyntax,
  hasDotReference,
  InterpolationError,
  renderUntilStable,
  userReferences,
  type FunctionTable,
  type UserReference,
  type WorkPool,
} from '../interpolation/index.ts';
import type { JsonObject, JsonValue } from '../run/json.ts';
import type { RenderData } from '../run/build-run.ts';
import type { ConfigLayer } from '../schema/decode.ts';
import { isList, isObject } from '../schema/weak-values.ts';
import { pointerToken } from '../template/json-source.ts';
import type { Variables } from './resolve-variables.ts';

/** How the texts of a component's options are rendered. */
export interface TextSetting {
  readonly variables: Variables;
  readonly functions: FunctionTable;
  /** Told by the function `build` and by `{{ .Name }}`; undefined while planning, when nobody knows them yet. */
  readonly data: RenderData | undefined;
  /** What the plan's texts may take together; undefined for one that is rendered when the build runs. */
  readonly work: WorkPool | undefined;
  /** False where there is no such data at any time: in builders. */
  readonly expectsData: boolean;
  /** How often the function `build` was called. */
  readonly buildCalls: number;
}

export interface RenderedOptions {
  readonly layers: readonly ConfigLayer[];
  readonly findings: readonly Finding[];
  /** Options whose value is not known yet; what they hold now is a stand-in. */
  readonly deferred: ReadonlySet<string>;
}

/** Rendering of one option. */
interface Rendering {
  readonly setting: TextSetting;
  readonly findings: Finding[];
  deferred: boolean;
}

function undeclared(rendering: Rendering, references: readonly UserReference[], pointer: string): readonly Finding[] {
  const { values, unknown } = rendering.setting.variables;
  return references.flatMap(({ name, offset, length }) => {
    if (name in values || unknown.has(name)) return [];
    const message = `the variable "${name}" is neither declared nor given; it stands for an empty text`;
    const hint = (): string => {
      const near = nameHint(name, Object.keys(values));
      return near?.startsWith('did') === true ? near : `declare it in "variables"`;
    };
    return [warningAt('VARIABLE_UNDECLARED', pointer, message, { hint, mark: { kind: 'text', offset, length } })];
  });
}

function failed(rendering: Rendering, error: unknown, pointer: string): void {
  if (!(error instanceof InterpolationError)) throw error;
  const { code, message, offset, length } = error;
  const hint = (): string | undefined => error.hint;
  rendering.deferred = true;
  rendering.findings.push(errorAt(code, pointer, message, { hint, mark: { kind: 'text', offset, length } }));
}

/** Whether the text needs data that templates call `{{ .Name }}`, itself or by a variable. */
function needsDots(text: string, references: readonly UserReference[], variables: Variables): boolean {
  return hasDotReference(text) || references.some(({ name }) => variables.dotted.has(name));
}

function renderText(text: string, late: boolean, pointer: string, rendering: Rendering): string {
  if (!text.includes('{{')) return text;
  const { setting } = rendering;
  const references = userReferences(text);
  rendering.findings.push(...undeclared(rendering, references, pointer));
  if (references.some(({ name }) => setting.variables.unknown.has(name))) rendering.deferred = true;
  try {
    if (late) {
      checkSyntax(text, setting.functions);
      return text;
    }
    if (setting.data === undefined && needsDots(text, references, setting.variables)) {
      if (setting.expectsData) rendering.deferred = true;
      else rendering.findings.push(noValue(pointer));
    }
    const before = setting.buildCalls;
    const rendered = renderUntilStable(text, setting);
    if (setting.buildCalls > before && setting.data === undefined) rendering.deferred = true;
    return rendered;
  } catch (error) {
    failed(rendering, error, pointer);
    return text;
  }
}

function noValue(pointer: string): Finding {
  const message = 'nothing fills in {{ .Name }} in this option; Packer writes "<no value>" for it, and so does Kiln';
  return warningAt('INTERPOLATION_NO_VALUE', pointer, message, {
    hint: 'functions and variables are written without the dot: {{ timestamp }}, {{ user `name` }}',
  });
}

function renderValue(
  value: JsonValue,
  property: JsonObject | undefined,
  late: boolean,
  pointer: string,
  rendering: Rendering,
): JsonValue {
  if (typeof value === 'string') return renderText(value, late, pointer, rendering);
  if (isList(value)) {
    const items = isObject(property?.['items']) ? property['items'] : undefined;
    const itemsLate = late || items?.['x-interpolate'] === 'late';
    return value.map((element, index) =>
      renderValue(element, items, itemsLate, `${pointer}/${String(index)}`, rendering),
    );
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, element]): [string, JsonValue] => {
    const inner = innerProperty(property, key);
    const place = `${pointer}/${pointerToken(key)}`;
    const innerLate = late || inner?.['x-interpolate'] === 'late';
    const name = renderText(key, late, place, rendering);
    return [name, renderValue(element, inner, innerLate, place, rendering)];
  });
  // By assignment a name "__proto__" would be something else than a name.
  return Object.fromEntries(entries);
}

function innerProperty(property: JsonObject | undefined, key: string): JsonObject | undefined {
  const declared = isObject(property?.['properties']) ? property['properties'] : {};
  const folded = Object.keys(declared).find((name) => name.toLowerCase() === key.toLowerCase());
  const inner = folded === undefined ? property?.['additionalProperties'] : declared[folded];
  return isObject(inner) ? inner : undefined;
}

/**
 * Fills in all texts of a component's options but those that the schema calls late, which are only checked.
 * `propertyOf` finds an option by its name as written. Never throws.
 */
export function renderOptions(
  layers: readonly ConfigLayer[],
  optionOf: (written: string) => string | undefined,
  properties: Readonly<Record<string, JsonObject>>,
  setting: TextSetting,
): RenderedOptions {
  const findings: Finding[] = [];
  const deferred = new Set<string>();
  const rendered = layers.map(({ config, pointer }) => {
    const options = Object.entries(config).map(([written, value]): [string, JsonValue] => {
      const option = optionOf(written);
      const property = option === undefined ? undefined : properties[option];
      const rendering: Rendering = { setting, findings, deferred: false };
      const late = property?.['x-interpolate'] === 'late';
      const place = `${pointer}/${pointerToken(written)}`;
      const filled = property === undefined ? value : renderValue(value, property, late, place, rendering);
      if (option !== undefined && rendering.deferred) deferred.add(option);
      return [written, filled];
    });
    return { config: Object.fromEntries(options), pointer };
  });
  return { layers: rendered, findings, deferred };
}
