import { errorAt, warningAt, type Finding } from '../diagnostics/finding.ts';
import { nameHint } from '../diagnostics/suggest.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isObject } from '../json/guards.ts';
import { describeValue } from '../schema/weak-values.ts';
import {
  anyField,
  complain,
  listField,
  objectField,
  textField,
  textsField,
  unusedFields,
  type Fields,
} from './fields.ts';
import { pointerToken } from '../diagnostics/pointer.ts';
import { literalText } from './locate.ts';
import { parseRequiredPlugins } from './parse-required-plugins.ts';
import { parseBuilder, parseDataSource, parseProvisioner, parseSequence } from './parse-components.ts';
import type { TemplateSource } from './read-template.ts';
import type { Template, TemplateBuilder, TemplateDataSource, TemplateVariable } from './template.ts';

const rootKeys: readonly string[] = [
  'builders',
  'provisioners',
  'post-processors',
  'error-cleanup-provisioner',
  'variables',
  'sensitive-variables',
  'data',
  'description',
  'min_packer_version',
  'required_plugins',
  'comments',
  'push',
];

function parseVariable(source: TemplateSource, name: string, value: JsonValue, fields: Fields): TemplateVariable {
  const pointer = `${fields.pointer}/${pointerToken(name)}`;
  if (value === null || typeof value === 'string') return { name, pointer, default: value ?? undefined };
  if (typeof value === 'number' || typeof value === 'boolean') {
    const text = literalText(source, pointer) ?? String(value);
    const message = `the default of the variable "${name}" is a ${typeof value}; it is taken as the text "${text}"`;
    fields.findings.push(warningAt('VARIABLE_COERCED', pointer, message, { hint: `write "${text}" in quotes` }));
    return { name, pointer, default: text };
  }
  complain(
    fields,
    'VARIABLE_NOT_TEXT',
    pointer,
    `the default of the variable "${name}" is ${describeValue(value)}, not text`,
  );
  return { name, pointer, default: '' };
}

function parseVariables(source: TemplateSource, root: Fields): readonly TemplateVariable[] {
  const { pointer, object } = objectField(root, 'variables');
  const fields: Fields = { ...root, object, pointer };
  return Object.entries(object).map(([name, value]) => parseVariable(source, name, value, fields));
}

function parseData(root: Fields): readonly TemplateDataSource[] {
  const { pointer, object } = objectField(root, 'data');
  return Object.entries(object).flatMap(([name, value]) => {
    const parsed = parseDataSource(name, value, `${pointer}/${pointerToken(name)}`, root.findings);
    return parsed === undefined ? [] : [parsed];
  });
}

function parseBuilders(root: Fields): Pick<Template, 'builders' | 'lostBuilders'> {
  const before = root.findings.length;
  const { pointer, list } = listField(root, 'builders');
  const builders = new Map<string, TemplateBuilder>();
  const lostBuilders: (string | undefined)[] = root.findings.length > before ? [undefined] : [];
  for (const [index, value] of list.entries()) {
    const { builder, name } = parseBuilder(value, `${pointer}/${String(index)}`, root.findings);
    if (builder === undefined || name === undefined) lostBuilders.push(name);
    if (builder === undefined) continue;
    if (builders.has(builder.name)) {
      complain(
        root,
        'TEMPLATE_DUPLICATE_BUILDER',
        builder.pointer,
        `a builder with the name "${builder.name}" is there already`,
        {
          hint: builder.name === builder.type ? 'give it a "name" of its own' : undefined,
        },
      );
    } else builders.set(builder.name, builder);
  }
  return { builders: [...builders.values()], lostBuilders };
}

function checkComments(root: Fields): void {
  const { pointer, list } = listField(root, 'comments');
  for (const [index, comment] of list.entries()) {
    const place = `${pointer}/${String(index)}`;
    if (comment !== null && !isObject(comment)) {
      complain(root, 'TEMPLATE_WRONG_TYPE', place, `a comment has to be an object, not ${describeValue(comment)}`);
      continue;
    }
    for (const [name, value] of Object.entries(comment ?? {})) {
      if (value === null || typeof value === 'string') continue;
      const message = `a comment has to be text, not ${describeValue(value)}`;
      complain(root, 'TEMPLATE_WRONG_TYPE', `${place}/${pointerToken(name)}`, message);
    }
  }
}

function checkUnknownKeys(root: Fields): void {
  for (const [name, value] of Object.entries(unusedFields(root))) {
    const pointer = `/${pointerToken(name)}`;
    if (name === '$schema') continue;
    if (!name.startsWith('_')) {
      const message = `a template has no key ${JSON.stringify(name)} at its top`;
      complain(root, 'TEMPLATE_UNKNOWN_KEY', pointer, message, {
        hint: () => nameHint(name, rootKeys) ?? 'a key that starts with _ is a comment',
        mark: { kind: 'key' },
      });
    } else if (typeof value !== 'string') {
      const message = `${JSON.stringify(name)} is a comment and has to be text, not ${describeValue(value)}`;
      complain(root, 'TEMPLATE_COMMENT_NOT_TEXT', pointer, message);
    }
  }
}

function rootObject(source: TemplateSource, findings: Finding[]): JsonObject {
  const { value } = source;
  if (isObject(value)) return value;
  if (value !== null && value !== undefined) {
    findings.push(errorAt('TEMPLATE_NOT_OBJECT', '', `a template is one JSON object, not ${describeValue(value)}`));
  }
  return {};
}

/** Reads the template's own keys by Packer's rules. Never throws: what is wrong is in the result's `findings`. */
export function parseTemplate(source: TemplateSource): Template {
  const findings: Finding[] = [...source.findings];
  const root: Fields = { object: rootObject(source, findings), pointer: '', findings, used: new Set() };
  const isNoObject = findings.length > source.findings.length;
  const { builders, lostBuilders } = parseBuilders(root);
  const provisioners = listField(root, 'provisioners');
  const postProcessors = listField(root, 'post-processors');
  const cleanup = anyField(root, 'error-cleanup-provisioner');
  const template: Template = {
    source,
    description: textField(root, 'description') ?? '',
    minimumVersion: textField(root, 'min_packer_version') ?? '',
    requiredPlugins: parseRequiredPlugins(root),
    variables: parseVariables(source, root),
    sensitiveVariables: textsField(root, 'sensitive-variables'),
    dataSources: parseData(root),
    builders,
    lostBuilders: isNoObject ? [undefined] : lostBuilders,
    provisioners: provisioners.list.flatMap((value, index) => {
      const parsed = parseProvisioner(value, `${provisioners.pointer}/${String(index)}`, findings);
      return parsed === undefined ? [] : [parsed];
    }),
    errorCleanupProvisioner: cleanup && parseProvisioner(cleanup.value, cleanup.pointer, findings),
    postProcessors: postProcessors.list.map((value, index) =>
      parseSequence(value, `${postProcessors.pointer}/${String(index)}`, findings),
    ),
    findings,
  };
  objectField(root, 'push');
  checkComments(root);
  checkUnknownKeys(root);
  return template;
}
