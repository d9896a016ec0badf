import { nameHint } from '../diagnostics/suggest.ts';
import { pointerToken } from '../diagnostics/pointer.ts';
import type { JsonValue } from '../contract/json.ts';
import { isObject } from '../json/guards.ts';
import { describeValue } from '../schema/weak-values.ts';
import { complain, objectField, textField, textsField, unusedFields, type Fields } from './fields.ts';
import type { RequiredPlugin } from './template.ts';

const keys: readonly string[] = ['version', 'source', 'env'];

function parsePlugin(name: string, value: JsonValue, root: Fields, pointer: string): RequiredPlugin | undefined {
  if (typeof value === 'string') return { name, pointer, version: value, source: undefined, environment: [] };
  if (!isObject(value)) {
    const message = `what is required of the plugin "${name}" has to be a range of versions or an object, not ${describeValue(value)}`;
    complain(root, 'TEMPLATE_WRONG_TYPE', pointer, message, { hint: 'write "^1.2.0", or { "version": "^1.2.0" }' });
    return undefined;
  }
  const fields: Fields = { object: value, pointer, findings: root.findings, used: new Set() };
  const plugin = {
    name,
    pointer,
    version: textField(fields, 'version'),
    source: textField(fields, 'source'),
    environment: textsField(fields, 'env'),
  };
  for (const key of Object.keys(unusedFields(fields))) {
    const message = `what is required of a plugin has no key ${JSON.stringify(key)}`;
    complain(root, 'TEMPLATE_UNKNOWN_KEY', `${pointer}/${pointerToken(key)}`, message, {
      hint: () => nameHint(key, keys),
      mark: { kind: 'key' },
    });
  }
  return plugin;
}

/** Reads the template's key "required_plugins", which only Kiln has. */
export function parseRequiredPlugins(root: Fields): readonly RequiredPlugin[] {
  const { pointer, object } = objectField(root, 'required_plugins');
  return Object.entries(object).flatMap(([name, value]) => {
    const plugin = parsePlugin(name, value, root, `${pointer}/${pointerToken(name)}`);
    return plugin === undefined ? [] : [plugin];
  });
}
