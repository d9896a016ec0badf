import type { JsonObject, JsonValue } from '../../../core/contract/json.ts';
import { propertiesOf } from '../../../core/schema/settle.ts';
import { isList, isObject } from '../../../core/json/guards.ts';
import { expression } from './generate-expression.ts';
import type { Random } from './random.ts';

const texts = [
  '',
  'x',
  'true',
  '5',
  '5m',
  'a,b',
  '/etc/hosts',
  'none',
  'ssh',
  '1.5',
  '-1',
  '$',
  'x'.repeat(5000),
] as const;
const oddNumbers = [0, -1, 1, 1.5, 1e21, 2 ** 53, 65536, 1e-7, -0] as const;
const names = ['a', 'b', '__proto__', 'type', '', 'a/b~c', '{{user `a`}}'] as const;

/** Any JSON, small. */
export function anything(random: Random, depth = 2): JsonValue {
  switch (random.below(depth === 0 ? 5 : 7)) {
    case 0:
      return null;
    case 1:
      return random.chance(0.5);
    case 2:
      return random.pick(oddNumbers);
    case 3:
      return random.pick(texts);
    case 4:
      return expression(random);
    case 5:
      return Array.from({ length: random.below(4) }, () => anything(random, depth - 1));
    default: {
      const entries = Array.from({ length: random.below(4) }, () => [random.pick(names), anything(random, depth - 1)]);
      return Object.fromEntries(entries) as JsonObject;
    }
  }
}

function fittingText(property: JsonObject, random: Random): JsonValue {
  if (property['x-format'] === 'duration') return random.pick<JsonValue>(['5m', '1h30m10s', '90s', 5e9]);
  return random.pick(['x', 'root', 'package.json', '/tmp/kiln-fuzz', 'none', '{{user `name`}}', '{{timestamp}}-x']);
}

/** A value that an option of this kind may well have. */
export function fitting(property: JsonObject, random: Random): JsonValue {
  if (isList(property['enum'])) return random.pick(property['enum']) ?? null;
  if (isList(property['examples']) && random.chance(0.5)) return random.pick(property['examples']) ?? null;
  switch (property['type']) {
    case 'integer':
    case 'number':
      return typeof property['default'] === 'number' ? property['default'] : random.below(500) + 1;
    case 'boolean':
      return random.chance(0.5);
    case 'array': {
      const items = isObject(property['items']) ? property['items'] : { type: 'string' };
      return Array.from({ length: random.below(3) }, () => fitting(items, random));
    }
    case 'object': {
      const [inner, value] = [propertiesOf(property), property['additionalProperties']];
      const known = Object.entries(inner).filter(() => random.chance(0.5));
      if (known.length > 0) return Object.fromEntries(known.map(([name, each]) => [name, fitting(each, random)]));
      return isObject(value) ? { a: fitting(value, random) } : {};
    }
    default:
      return fittingText(property, random);
  }
}

/** A value of another kind than the option has, or out of its range, or a text that comes to who knows what. */
export function unfitting(random: Random): JsonValue {
  if (random.chance(0.4)) return expression(random);
  return random.chance(0.5) ? random.pick<JsonValue>([...texts, ...oddNumbers]) : anything(random);
}
