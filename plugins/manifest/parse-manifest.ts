import type { Finding } from '../../core/diagnostics/finding.ts';
import { nameHint } from '../../core/diagnostics/suggest.ts';
import { isList, isObject } from '../../core/json/guards.ts';
import { describeValue } from '../../core/schema/weak-values.ts';
import { checkKeys, complain, objectAt, pathAt, textAt, valueOf, type Part } from './checks.ts';
import { isProcessKind, pluginKindNames, TYPE_NAME, type PluginKindName } from './kinds.ts';
import type { Manifest, ManifestComponent } from './manifest.ts';
import { parseProcessComponent } from './process-component.ts';

/** Keys of the part of a manifest that is Kiln's, wherever it stands. */
const ownKeys: readonly string[] = ['sdkVersion', 'command', 'components'];
const fileKeys: readonly string[] = ['$schema', 'name', 'version', 'description', ...ownKeys];
const componentKeys: readonly string[] = ['schema', 'module'];

const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

function parseComponent(
  kind: PluginKindName,
  type: string,
  kinds: Part,
  hasProcess: boolean,
): readonly ManifestComponent[] {
  if (!TYPE_NAME.test(type)) {
    complain(
      kinds,
      type,
      `${JSON.stringify(type)} cannot be a type`,
      'a type is lower case words joined by "-" or "_"',
    );
    return [];
  }
  if (!isObject(valueOf(kinds, type))) {
    complain(kinds, type, `what is said of "${type}" has to be an object`, 'write { "schema": "./schema.json" }');
    return [];
  }
  const part = objectAt(kinds, type);
  const hasSchema = kind !== 'lookups';
  const schema = hasSchema ? pathAt(part, 'schema', './schema.json') : undefined;
  const module = hasProcess ? undefined : pathAt(part, 'module', './index.js');
  if (!hasProcess) checkKeys(part, hasSchema ? componentKeys : ['module']);
  const process = hasProcess && isProcessKind(kind) ? parseProcessComponent(kind, part) : undefined;
  return schema === undefined && hasSchema ? [] : [{ kind, type, schema, module, process }];
}

function parseComponents(part: Part, hasProcess: boolean): readonly ManifestComponent[] {
  const all = objectAt(part, 'components');
  const components = Object.keys(all.object).flatMap((kind) => {
    const known = pluginKindNames.find((name) => name === kind);
    if (known === undefined) {
      complain(all, kind, `a plugin has no ${JSON.stringify(kind)}`, nameHint(kind, pluginKindNames));
      return [];
    }
    if (hasProcess && !isProcessKind(known)) {
      complain(
        all,
        kind,
        `a plugin with a "command" brings no ${JSON.stringify(kind)}`,
        'write it as a module, in TypeScript or JavaScript',
      );
      return [];
    }
    const kinds = objectAt(all, kind);
    return Object.keys(kinds.object).flatMap((type) => parseComponent(known, type, kinds, hasProcess));
  });
  if (components.length === 0 && part.findings.length === 0) {
    const example = '{ "provisioners": { "motd": { "schema": "./schema.json", "module": "./index.js" } } }';
    complain(part, 'components', 'the plugin has no component', `write "components": ${example}`);
  }
  return components;
}

function parseCommand(part: Part): readonly string[] | undefined {
  const value = valueOf(part, 'command');
  if (value === undefined) return undefined;
  if (isList(value) && value.length > 0 && value.every((each) => typeof each === 'string' && each !== '')) {
    return value as readonly string[];
  }
  const hint = 'write "command": ["python3", "./plugin.py"]';
  complain(part, 'command', `"command" has to be a list of texts, not ${describeValue(value)}`, hint);
  return [];
}

/**
 * Reads a manifest out of the JSON of its file: `own` is the part that is Kiln's, `file` has name and version. What is wrong
 * goes to `findings`, with pointers into the file.
 */
export function parseManifest(file: Part, own: Part): Manifest {
  const name = textAt(file, 'name', 'kiln-plugin-motd');
  if (name !== '' && (!PACKAGE_NAME.test(name) || name.length > 214))
    complain(file, 'name', `${JSON.stringify(name)} cannot be the name of a package`, 'write it as npm wants names');
  const version = textAt(file, 'version', '1.0.0');
  if (version !== '' && !/^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/.test(version))
    complain(file, 'version', `${JSON.stringify(version)} is no version`, 'write three numbers: "1.0.0"');
  const sdkVersion = textAt(own, 'sdkVersion', '0.1');
  if (sdkVersion !== '' && !/^\d+\.\d+$/.test(sdkVersion))
    complain(
      own,
      'sdkVersion',
      `"sdkVersion" is ${JSON.stringify(sdkVersion)}, and has to be two numbers such as "0.1"`,
    );
  const command = parseCommand(own);
  checkKeys(own, own === file ? fileKeys : ownKeys);
  const description = valueOf(file, 'description');
  return {
    name,
    version,
    description: typeof description === 'string' ? description : '',
    sdkVersion,
    command,
    components: parseComponents(own, command !== undefined),
  };
}

/** The part of a manifest's file at its top. */
export function topOf(value: unknown, findings: Finding[]): Part {
  return { object: isObject(value) ? value : {}, pointer: '', findings };
}
