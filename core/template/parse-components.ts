import type { Finding } from '../diagnostics/finding.ts';
import type { JsonValue } from '../contract/json.ts';
import { isList, isObject } from '../json/guards.ts';
import { describeValue } from '../schema/weak-values.ts';
import {
  anyField,
  booleanField,
  complain,
  durationField,
  textField,
  textsField,
  unusedFields,
  weakMap,
  weakObjectField,
  weakTextField,
  weakTextsField,
  type Fields,
} from './fields.ts';
import type { TemplateBuilder, TemplateDataSource, TemplatePostProcessor, TemplateProvisioner } from './template.ts';

function fieldsOf(value: JsonValue, pointer: string, what: string, findings: Finding[]): Fields | undefined {
  if (isObject(value)) return { object: value, pointer, findings, used: new Set() };
  const message = `a ${what} has to be an object, not ${describeValue(value)}`;
  complain({ findings }, 'TEMPLATE_WRONG_TYPE', pointer, message);
  return undefined;
}

function complainOfType(fields: Fields, what: string): void {
  complain(fields, 'TEMPLATE_TYPE_MISSING', fields.pointer, `the ${what} has no "type"`);
}

/** Packer has a field of its own under this name, and so allows no component an option "config" that is not an object. */
function checkConfigKey(fields: Fields, weak: boolean): void {
  const probe: Fields = { ...fields, used: new Set() };
  const found = anyField(probe, 'config');
  if (found === undefined || isObject(found.value)) return;
  if (weak && weakMap(found.value) !== undefined) return;
  // It is not an option of the component as well.
  anyField(fields, 'config');
  complain(
    fields,
    'TEMPLATE_WRONG_TYPE',
    found.pointer,
    `"config" has to be an object, not ${describeValue(found.value)}`,
  );
}

function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** Reads the key that a component cannot do without; a complaint when it is not there. */
function typeField(fields: Fields, what: string, read: typeof textField): string | undefined {
  const before = fields.findings.length;
  const type = given(read(fields, 'type'));
  if (type !== undefined) return type;
  if (fields.findings.length === before) complainOfType(fields, what);
  return undefined;
}

interface ParsedBuilder {
  /** Undefined when it has no type. */
  readonly builder: TemplateBuilder | undefined;
  /** Undefined when nobody can tell what it was meant to be. */
  readonly name: string | undefined;
}

/** What can be told of a builder in spite of faulty keys, so that all that is wrong is said at once. */
export function parseBuilder(value: JsonValue, pointer: string, findings: Finding[]): ParsedBuilder {
  const fields = fieldsOf(value, pointer, 'builder', findings);
  if (fields === undefined) return { builder: undefined, name: undefined };
  const type = typeField(fields, 'builder', weakTextField);
  const before = findings.length;
  const written = weakTextField(fields, 'name');
  const name = findings.length > before ? undefined : (given(written) ?? type);
  checkConfigKey(fields, true);
  const from = anyField(fields, 'from')?.value;
  // A name that no other builder has, so that nothing is said of a name that cannot be read.
  const builder =
    type === undefined ? undefined : { type, pointer, from, name: name ?? pointer, config: unusedFields(fields) };
  return { builder, name };
}

/** A dot would end the name where texts call it. */
const DATA_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

export function parseDataSource(
  name: string,
  value: JsonValue,
  pointer: string,
  findings: Finding[],
): TemplateDataSource | undefined {
  if (!DATA_NAME.test(name)) {
    const message = `${JSON.stringify(name)} is no name for a data source: letters, digits, _ and - are, and a letter or _ comes first`;
    complain({ findings }, 'TEMPLATE_DATA_NAME', pointer, message, { mark: { kind: 'key' } });
  }
  const fields = fieldsOf(value, pointer, 'data source', findings);
  if (fields === undefined) return undefined;
  const type = typeField(fields, 'data source', weakTextField);
  const timeout = durationField(fields, 'timeout');
  return type === undefined ? undefined : { type, name, pointer, timeout, config: unusedFields(fields) };
}

export function parseProvisioner(
  value: JsonValue,
  pointer: string,
  findings: Finding[],
): TemplateProvisioner | undefined {
  const fields = fieldsOf(value, pointer, 'provisioner', findings);
  if (fields === undefined) return undefined;
  const type = typeField(fields, 'provisioner', weakTextField);
  const rest = {
    name: weakTextField(fields, 'name') ?? '',
    only: weakTextsField(fields, 'only'),
    except: weakTextsField(fields, 'except'),
    override: weakObjectField(fields, 'override').object,
    pauseBefore: durationField(fields, 'pause_before'),
    timeout: durationField(fields, 'timeout'),
    maxRetries: weakTextField(fields, 'max_retries') ?? '',
  };
  checkConfigKey(fields, true);
  return type === undefined ? undefined : { type, pointer, ...rest, config: unusedFields(fields) };
}

function parsePostProcessor(value: JsonValue, pointer: string, findings: Finding[]): TemplatePostProcessor | undefined {
  if (typeof value === 'string') {
    const fields: Fields = { object: {}, pointer, findings, used: new Set() };
    if (value === '') {
      complainOfType(fields, 'post-processor');
      return undefined;
    }
    return { type: value, name: value, pointer, only: [], except: [], keepInputArtifact: undefined, config: {} };
  }
  const fields = fieldsOf(value, pointer, 'post-processor', findings);
  if (fields === undefined) return undefined;
  const type = typeField(fields, 'post-processor', textField);
  const name = textField(fields, 'name');
  const rest = {
    only: textsField(fields, 'only'),
    except: textsField(fields, 'except'),
    keepInputArtifact: booleanField(fields, 'keep_input_artifact'),
  };
  checkConfigKey(fields, false);
  if (type === undefined) return undefined;
  return {
    type,
    pointer,
    name: given(name) ?? type,
    ...rest,
    config: unusedFields(fields),
  };
}

/** One entry of "post-processors": a sequence, of one element unless the entry is a list. */
export function parseSequence(
  value: JsonValue,
  pointer: string,
  findings: Finding[],
): readonly TemplatePostProcessor[] {
  const elements = isList(value)
    ? value.map((element, index) => ({ element, place: `${pointer}/${String(index)}` }))
    : [{ element: value, place: pointer }];
  return elements.flatMap(({ element, place }) => {
    if (isList(element)) {
      complain({ findings }, 'TEMPLATE_NESTED_SEQUENCE', place, 'a post-processor sequence cannot contain another');
      return [];
    }
    const parsed = parsePostProcessor(element, place, findings);
    return parsed === undefined ? [] : [parsed];
  });
}
