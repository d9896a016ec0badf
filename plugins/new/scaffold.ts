import { sdkVersion } from '../../core/define/sdk-version.ts';
import { configName, configSource } from '../../core/schema/config-source.ts';
import { UsageError } from '../../core/errors/errors.ts';
import type { JsonObject } from '../../core/contract/json.ts';
import { pluginKinds, TYPE_NAME, type PluginKindName } from '../manifest/kinds.ts';
import { templateFiles, type Language } from './templates.ts';

/** What `-kind` may say, by the names of manifests. */
export const scaffoldKinds: Readonly<Record<ScaffoldKind, PluginKindName>> = {
  provisioner: 'provisioners',
  builder: 'builders',
  'post-processor': 'post-processors',
  'data-source': 'data',
  lookup: 'lookups',
};

export type ScaffoldKind = 'provisioner' | 'builder' | 'post-processor' | 'data-source' | 'lookup';

/** What is scaffolded. */
export interface Scaffold {
  /** What templates will call the component. */
  readonly type: string;
  readonly language: Language;
  readonly kind: ScaffoldKind;
}

/** The one kind that the plugin of a language begins with; TypeScript begins with any. */
const only: Readonly<Record<Exclude<Language, 'typescript'>, ScaffoldKind>> = {
  python: 'provisioner',
  go: 'post-processor',
  sh: 'provisioner',
};

/** The kind to begin with. Throws `UsageError` when the language has no beginning of it. */
export function kindFor(language: Language, wanted: ScaffoldKind | undefined): ScaffoldKind {
  if (language === 'typescript') return wanted ?? 'provisioner';
  const has = only[language];
  if (wanted === undefined || wanted === has) return has;
  throw new UsageError(`a plugin in ${language} begins with a ${has}, not a ${wanted}`, {
    code: 'FLAG_VALUE',
    hint: `leave -kind out and go on from there (docs/plugin-protocol.md), or leave -language out`,
  });
}

/** Throws `UsageError` when this cannot be what templates call a thing of the kind. */
export function checkType(type: string, kind: ScaffoldKind): void {
  const isFunction = kind === 'lookup';
  if (TYPE_NAME.test(type) && !(isFunction && type.includes('-'))) return;
  throw new UsageError(
    `${JSON.stringify(type)} cannot be the ${isFunction ? 'name of a function' : 'type of a component'}`,
    {
      code: 'FLAG_VALUE',
      hint: isFunction ? 'write lower case words joined by "_"' : 'write lower case words joined by "-" or "_"',
    },
  );
}

function words(type: string): readonly (readonly [RegExp, string])[] {
  return [
    [/ExampleConfig/g, configName(type)],
    [/\bEXAMPLE_/g, `${type.toUpperCase().replaceAll('-', '_')}_`],
    [/\bexample\b(?!\.(?:com|org|test))/g, type],
    [/SDK_VERSION/g, sdkVersion],
  ];
}

function packageOf({ type, kind }: Scaffold, files: readonly string[], description: string): string {
  const entry = { ...(kind === 'lookup' ? {} : { schema: './schema.json' }), module: './index.ts' };
  const content = {
    name: `kiln-plugin-${type}`,
    version: '0.1.0',
    description,
    keywords: ['kiln-plugin'],
    type: 'module',
    engines: { node: '>=24' },
    files: files.filter((file) => /\.(?:ts|json)$/.test(file) && !/test\.ts$|template\.json$/.test(file)),
    scripts: { test: 'node --test', types: 'kiln plugins types' },
    devDependencies: { 'kiln-sdk': `^${sdkVersion}.0` },
    kiln: { sdkVersion, components: { [scaffoldKinds[kind]]: { [type]: entry } } },
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

const TEST_COMMANDS: Readonly<Record<Language, string>> = {
  typescript: 'npm install && npm test',
  python: 'kiln plugins check .',
  go: 'go build -o plugin . && kiln plugins check .',
  sh: 'kiln plugins check .',
};

function readme({ type, kind, language }: Scaffold, description: string): string {
  const { word } = pluginKinds[scaffoldKinds[kind]];
  const build = language === 'go' ? 'go build -o plugin .      # makes what the manifest names\n' : '';
  return `# kiln-plugin-${type}

A plugin of Kiln with the ${word} \`${type}\`. ${description}

\`\`\`sh
${build}kiln plugins install .    # links this folder: what you edit runs
kiln build template.json
\`\`\`

Tests: \`${TEST_COMMANDS[language]}\`.
`;
}

function ci({ language }: Scaffold): string {
  const setUp: Readonly<Record<Language, string>> = {
    typescript: '',
    python: '',
    go: '      - uses: actions/setup-go@v5\n',
    sh: '      - run: sudo apt-get install -y jq\n',
  };
  const kiln = language === 'typescript' ? '' : '      - run: npm install --global kiln\n';
  return `name: test
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 24 }
${setUp[language]}${kiln}      - run: ${TEST_COMMANDS[language]}
`;
}

function descriptionIn(schema: string | undefined): string {
  const { description } = JSON.parse(schema ?? '{}') as JsonObject;
  return typeof description === 'string' ? description : 'A template function that asks for a value.';
}

/** The files of a plugin that works, by their paths in its folder. */
export function scaffold(wanted: Scaffold): Readonly<Record<string, string>> {
  const { type, language, kind } = wanted;
  const replacements = words(type);
  const named = (text: string): string => replacements.reduce((now, [from, to]) => now.replace(from, to), text);
  const files = Object.fromEntries(
    Object.entries(templateFiles(language, kind)).map(([path, text]) => [path, named(text)]),
  );
  const description = descriptionIn(files['schema.json']);
  const own =
    language !== 'typescript'
      ? files
      : {
          ...files,
          ...(kind === 'lookup'
            ? {}
            : { 'config.gen.ts': configSource(type, JSON.parse(files['schema.json'] ?? '{}') as JsonObject) }),
        };
  return {
    ...own,
    ...(language === 'typescript' ? { 'package.json': packageOf(wanted, Object.keys(own), description) } : {}),
    ...(kind === 'lookup' ? { 'secrets.txt': 'password=hush-hush\n' } : {}),
    'README.md': readme(wanted, description),
    '.github/workflows/test.yml': ci(wanted),
    '.gitignore': language === 'go' ? 'plugin\n' : language === 'python' ? '__pycache__/\n' : 'node_modules/\n',
  };
}
