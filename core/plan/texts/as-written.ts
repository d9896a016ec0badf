import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { ConfigLayer } from '../../schema/decode.ts';
import { propertiesOf } from '../../schema/settle.ts';
import type { RenderedOptions } from './render-options.ts';
import type { TextSetting } from './text-context.ts';

/**
 * The options of a component that fills in its texts by itself (`x-interpolate` "component" of its schema): as the template has
 * them, and, in the options that say so (`x-fill`), what it needs for that.
 */
export function layersAsWritten(
  layers: readonly ConfigLayer[],
  schema: JsonObject,
  pointer: string,
  { variables, templatePath }: TextSetting,
): RenderedOptions {
  const known: Readonly<Record<string, JsonValue>> = { variables: variables.values, 'template-path': templatePath };
  const filled = Object.entries(propertiesOf(schema)).flatMap(([option, property]): [string, JsonValue][] => {
    const what = property['x-fill'];
    const value = typeof what === 'string' ? known[what] : undefined;
    return value === undefined ? [] : [[option, value]];
  });
  return {
    layers: [...layers, { config: Object.fromEntries(filled), pointer }],
    findings: [],
    deferred: new Set(),
  };
}
