import { errorAt, warningAt, type Finding } from '../../diagnostics/finding.ts';
import { nameHint } from '../../diagnostics/suggest.ts';
import {
  InterpolationError,
  render,
  renderUntilStable,
  userReferences,
  type UserReference,
} from '../../interpolation/index.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { ConfigLayer } from '../../schema/decode.ts';
import { isList, isObject } from '../../json/guards.ts';
import { pointerToken } from '../../diagnostics/pointer.ts';
import { askedNames, noValues, unknownNames } from './data-names.ts';
import type { TextSetting, Variables } from './text-context.ts';

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

/** Names of the data that a late option has when it is rendered; undefined: the option is not late. */
type LateNames = readonly string[] | undefined;

function lateNames(property: JsonObject | undefined, around: LateNames): LateNames {
  if (property?.['x-interpolate'] !== 'late') return around;
  const names = property['x-fields'];
  return isList(names) ? names.filter((name) => typeof name === 'string') : [];
}

/** Warnings about variables of a text that nobody declares or gives. */
export function undeclared(
  { values, unknown }: Variables,
  references: readonly UserReference[],
  pointer: string,
): readonly Finding[] {
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

function failed(rendering: Rendering, error: InterpolationError, pointer: string): void {
  const { code, message, offset, length } = error;
  const hint = (): string | undefined => error.hint;
  rendering.deferred = true;
  rendering.findings.push(errorAt(code, pointer, message, { hint, mark: { kind: 'text', offset, length } }));
}

/**
 * Renders, and warns of what turns out not to be there. A builder's option is rendered once, as by Packer, so that
 * "{{`{{`}}" writes braces; what Packer renders again when it is used (inline, for one) is rendered until it is done.
 */
function renderWithWarnings(text: string, pointer: string, { setting, findings }: Rendering): string {
  if (setting.factNames === undefined) return render(text, setting);
  if (setting.data === undefined) return renderUntilStable(text, setting);
  const missing = new Set<string>();
  const rendered = renderUntilStable(text, { ...setting, onNoValue: (expression) => missing.add(expression) });
  // Of a plain name that the build never has the plan has warned.
  const isKnown = (expression: string): boolean => setting.factNames?.has(expression.replace(/^\./, '')) === true;
  for (const expression of [...missing].filter((each) => !/^\.\w+$/.test(each) || isKnown(each))) {
    const message = `{{ ${expression} }} has no value; "<no value>" is written for it, as by Packer`;
    findings.push(warningAt('INTERPOLATION_NO_VALUE', pointer, message));
  }
  for (const name of setting.unset) {
    const message = `this build has no ${JSON.stringify(name)}; {{ build \`${name}\` }} is an empty text`;
    findings.push(warningAt('INTERPOLATION_NO_VALUE', pointer, message));
  }
  setting.unset.clear();
  return rendered;
}

function renderText(text: string, late: LateNames, pointer: string, rendering: Rendering): string {
  if (!text.includes('{{')) return text;
  const { setting, findings } = rendering;
  const references = userReferences(text);
  findings.push(...undeclared(setting.variables, references, pointer));
  if (references.some(({ name }) => setting.variables.unknown.has(name))) rendering.deferred = true;
  const before = setting.standIns;
  let guessed = false;
  try {
    const asked = askedNames(text, references, setting);
    if (late !== undefined) {
      findings.push(...unknownNames(asked, late, pointer));
      if (asked.length > 0) return text;
      // Without data of its own it renders as it will, and what goes wrong then goes wrong now.
      const rendered = renderUntilStable(text, setting);
      const isEmpty = rendered === '' && !rendering.deferred && setting.standIns === before;
      // An empty text is an option that is not given: the component is not told of the template that it came from.
      return isEmpty ? rendered : text;
    }
    if (setting.data === undefined && asked.length > 0) {
      findings.push(...noValues(asked, setting, pointer));
      guessed = setting.factNames !== undefined;
    }
    const rendered = renderWithWarnings(text, pointer, rendering);
    if (guessed || setting.standIns > before) rendering.deferred = true;
    return rendered;
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    // Without the build's facts it says nothing, unless the build will never know what is asked.
    const says = error.code === 'INTERPOLATION_UNKNOWN_NAME' || (!guessed && setting.standIns === before);
    if (!says) rendering.deferred = true;
    else failed(rendering, error, pointer);
    return text;
  }
}

function renderValue(
  value: JsonValue,
  property: JsonObject | undefined,
  late: LateNames,
  pointer: string,
  rendering: Rendering,
): JsonValue {
  if (typeof value === 'string') {
    const only = property?.['x-from-text'];
    const inner = typeof only === 'string' ? lateNames(innerProperty(property, only), late) : late;
    return renderText(value, inner, pointer, rendering);
  }
  if (isList(value)) {
    const items = isObject(property?.['items']) ? property['items'] : undefined;
    const itemsLate = lateNames(items, late);
    return value.map((element, index) =>
      renderValue(element, items, itemsLate, `${pointer}/${String(index)}`, rendering),
    );
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, element]): [string, JsonValue] => {
    const inner = innerProperty(property, key);
    const place = `${pointer}/${pointerToken(key)}`;
    const innerLate = lateNames(inner, late);
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
      const late = lateNames(property, undefined);
      const place = `${pointer}/${pointerToken(written)}`;
      const filled = property === undefined ? value : renderValue(value, property, late, place, rendering);
      if (option !== undefined && rendering.deferred) deferred.add(option);
      return [written, filled];
    });
    return { config: Object.fromEntries(options), pointer };
  });
  return { layers: rendered, findings, deferred };
}
