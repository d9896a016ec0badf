import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isList, isObject } from '../../json/guards.ts';
import type { Draft, Fixer } from './fixer.ts';
import { fixers } from './fixers.ts';

type Repair = (draft: Draft) => void;

/** A component that is not an object (a post-processor by its name alone) has nothing to fix. */
function fixComponent(value: JsonValue, repair: Repair): JsonValue {
  if (!isObject(value)) return value;
  const draft: Draft = new Map(Object.entries(value));
  repair(draft);
  return Object.fromEntries(draft);
}

function fixList(value: JsonValue, repair: Repair): JsonValue {
  return isList(value) ? value.map((component) => fixComponent(component, repair)) : value;
}

/** A post-processor may be a sequence of them. */
function fixSequences(value: JsonValue, repair: Repair): JsonValue {
  if (!isList(value)) return value;
  return value.map((entry) => (isList(entry) ? fixList(entry, repair) : fixComponent(entry, repair)));
}

function applyFixer(template: JsonObject, fixer: Fixer): JsonObject {
  return Object.fromEntries(
    Object.entries(template).map(([key, value]): [string, JsonValue] => {
      // The names at the top are read without regard to case.
      const name = key.toLowerCase();
      if (name === 'builders' && fixer.builder !== undefined) return [key, fixList(value, fixer.builder)];
      if (name === 'provisioners' && fixer.provisioner !== undefined) return [key, fixList(value, fixer.provisioner)];
      if (name === 'post-processors' && fixer.postProcessor !== undefined) {
        return [key, fixSequences(value, fixer.postProcessor)];
      }
      return [key, value];
    }),
  );
}

/** The template with everything brought up to date that older Packers had under other names. Changes nothing else. */
export function fixTemplate(template: JsonObject): JsonObject {
  return fixers.reduce(applyFixer, template);
}
