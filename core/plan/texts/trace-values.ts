import { locationText } from '../../diagnostics/render.ts';
import type { Finding, Mark } from '../../diagnostics/finding.ts';
import { userReferences } from '../../interpolation/index.ts';
import type { JsonValue } from '../../contract/json.ts';
import { isList, isObject } from '../../json/guards.ts';
import type { JsonSource } from '../../template/json-source.ts';
import { placeOf, type SourcePlace } from '../../template/locate.ts';
import { pointerNames } from '../../diagnostics/pointer.ts';
import type { Variables } from './text-context.ts';
import { markInVariable } from './text-finding.ts';

const ONLY_A_VARIABLE = /^\s*\{\{-?\s*user\s*(?:`[^`]*`|"[^"\\]*")\s*-?\}\}\s*$/;

/** The text that a pointer leads to, or that stands on the way to it; undefined for other values. */
function textAt(root: JsonValue | undefined, pointer: string): string | undefined {
  let value = root;
  for (const name of pointerNames(pointer)) {
    if (isList(value)) value = /^\d+$/.test(name) ? value[Number(name)] : undefined;
    else if (isObject(value)) value = Object.hasOwn(value, name) ? value[name] : undefined;
    else break;
  }
  return typeof value === 'string' ? value : undefined;
}

/** The variable that alone makes the text, and alone makes that variable's text, and so on to the last. */
function lastVariable(text: string, variables: Variables): string | undefined {
  const seen = new Set<string>();
  let last: string | undefined;
  for (let current = text; ONLY_A_VARIABLE.test(current);) {
    const name = userReferences(current)[0]?.name;
    const next = name === undefined ? undefined : variables.texts.get(name)?.text;
    if (name === undefined || next === undefined || seen.has(name)) break;
    seen.add(name);
    [last, current] = [name, next];
  }
  return last;
}

function markedElsewhere(mark: Mark): SourcePlace | undefined {
  if (mark.kind !== 'elsewhere' || mark.excerpt === undefined) return undefined;
  return { location: mark.location, excerpt: mark.excerpt };
}

/** Where an option's value comes from when a variable is all that its text has. */
function variablePlace(
  text: string,
  source: JsonSource,
  variables: Variables,
): { readonly name: string; readonly place: SourcePlace | undefined } | undefined {
  const name = lastVariable(text, variables);
  const written = name === undefined ? undefined : variables.texts.get(name);
  if (name === undefined || written === undefined) return undefined;
  const mark = markInVariable(written, { offset: 0, length: written.text.length });
  return { name, place: markedElsewhere(mark) ?? placeOf(source, written.pointer, mark) };
}

/** Where the value that a pointer leads to was given: there, or in the variable that is all of it. */
export function placeOfValue(pointer: string, source: JsonSource, variables: Variables): SourcePlace | undefined {
  const text = textAt(source.value, pointer);
  return (text === undefined ? undefined : variablePlace(text, source, variables)?.place) ?? placeOf(source, pointer);
}

/**
 * A complaint about an option's value, moved to where the value comes from: when the option's text is just a
 * variable, to that variable's value; when it is made with variables, they are named.
 */
export function traceValue(finding: Finding, source: JsonSource, variables: Variables): Finding {
  if (finding.mark !== undefined) return finding;
  const text = textAt(source.value, finding.pointer);
  if (text === undefined || !text.includes('{{')) return finding;
  const variable = variablePlace(text, source, variables);
  if (variable !== undefined) {
    const message = `${finding.message}; its value comes from the variable "${variable.name}"`;
    if (variable.place === undefined) return { ...finding, message };
    const { location, excerpt } = variable.place;
    return { ...finding, message, mark: { kind: 'elsewhere', location, excerpt } };
  }
  const names = [...new Set(userReferences(text).map((reference) => reference.name))];
  const made = names.flatMap((each) => {
    const variable = variables.texts.get(each);
    if (variable === undefined) return [];
    const location = (variable.place?.() ?? placeOf(source, variable.pointer))?.location;
    return [location === undefined ? `"${each}"` : `"${each}" (${locationText(location)})`];
  });
  if (made.length === 0) return finding;
  const hint = `its text is made with the variable${made.length === 1 ? '' : 's'} ${made.join(', ')}`;
  return { ...finding, hint: finding.hint === undefined ? hint : `${finding.hint}\n${hint}` };
}
