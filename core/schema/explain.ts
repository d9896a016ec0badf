import type { ErrorObject } from 'ajv';
import { errorAt, type Finding } from '../diagnostics/finding.ts';
import { nameHint } from '../diagnostics/suggest.ts';
import type { JsonValue } from '../contract/json.ts';
import { pointerNames, pointerToken } from '../diagnostics/pointer.ts';
import { isList, isObject } from '../json/guards.ts';
import { describeValue } from './weak-values.ts';

/** The fields of a validator's error that explaining needs. */
export type SchemaError = Pick<ErrorObject, 'instancePath' | 'keyword' | 'params'> & {
  readonly schema?: unknown;
  readonly parentSchema?: unknown;
  readonly data?: unknown;
};

interface Subject {
  /** `builder "qemu"` */
  readonly name: string;
  /** Leads from a pointer into the configuration to the template. */
  rebase(pointer: string): string;
  /** Whether the template has the option at all. */
  isWritten(option: string): boolean;
}

function optionName(path: string): string {
  return pointerNames(path).reduce(
    (name, token) => (/^\d+$/.test(token) ? `${name}[${token}]` : name === '' ? token : `${name}.${token}`),
    '',
  );
}

function shown(data: unknown): string {
  return describeValue((data ?? null) as JsonValue);
}

function alternatives(values: readonly JsonValue[]): string {
  const texts = values.map((value) => JSON.stringify(value));
  const last = texts.pop() ?? '';
  return texts.length === 0 ? last : `${texts.join(', ')} or ${last}`;
}

function exampleHint(parentSchema: unknown): string | undefined {
  const examples = isObject(parentSchema) ? (parentSchema as { examples?: JsonValue }).examples : undefined;
  return isList(examples) && examples.length > 0 ? `for example ${alternatives(examples)}` : undefined;
}

/** What a pattern asks for, in the schema's own words. */
function formOf(parentSchema: unknown): string {
  const form = isObject(parentSchema) ? (parentSchema as { 'x-form'?: JsonValue })['x-form'] : undefined;
  return typeof form === 'string' ? form : 'of another form';
}

const bounds: Readonly<Record<string, (limit: string) => string>> = {
  minimum: (limit) => `has to be at least ${limit}`,
  maximum: (limit) => `has to be at most ${limit}`,
  exclusiveMinimum: (limit) => `has to be more than ${limit}`,
  exclusiveMaximum: (limit) => `has to be less than ${limit}`,
  minLength: (limit) => `needs at least ${limit} characters`,
  maxLength: (limit) => `may have at most ${limit} characters`,
  minItems: (limit) => `needs at least ${limit} elements`,
  maxItems: (limit) => `may have at most ${limit} elements`,
  minProperties: (limit) => `needs at least ${limit} entries`,
  maxProperties: (limit) => `may have at most ${limit} entries`,
};

function explainOne(error: SchemaError, subject: Subject): Finding {
  const { instancePath, keyword, data } = error;
  const params = error.params as Readonly<Record<string, JsonValue>>;
  const param = (key: string): string => {
    const value = params[key];
    return typeof value === 'object' ? '' : String(value);
  };
  const pointer = subject.rebase(instancePath);
  const name = optionName(instancePath);
  if (keyword === 'required') {
    const missing = param('missingProperty');
    const where = name === '' ? subject.name : `"${name}" of ${subject.name}`;
    const message = `${where} needs the option "${missing}"`;
    const isEmpty = name === '' && subject.isWritten(missing);
    if (!isEmpty) return errorAt('OPTION_MISSING', pointer, message);
    return errorAt('OPTION_MISSING', subject.rebase(`/${pointerToken(missing)}`), `${message}, and it is empty`);
  }
  if (keyword === 'enum') {
    const allowed = isList(params['allowedValues']) ? params['allowedValues'] : [];
    const message = `"${name}" has to be ${alternatives(allowed)}, not ${shown(data)}`;
    const near = typeof data === 'string' ? nameHint(data, allowed.map(String)) : undefined;
    return errorAt('OPTION_NOT_ALLOWED', pointer, message, {
      hint: near?.startsWith('did') === true ? near : undefined,
    });
  }
  if (keyword === 'pattern') {
    const message = `"${name}" has to be ${formOf(error.parentSchema)}, not ${shown(data)}`;
    return errorAt('OPTION_PATTERN', pointer, message, { hint: exampleHint(error.parentSchema) });
  }
  const bound = bounds[keyword];
  if (bound !== undefined) {
    const found = typeof data === 'number' ? `, not ${String(data)}` : '';
    return errorAt('OPTION_OUT_OF_RANGE', pointer, `"${name}" ${bound(param('limit'))}${found}`, {
      hint: exampleHint(error.parentSchema),
    });
  }
  if (keyword === 'additionalProperties') {
    const unknown = param('additionalProperty');
    const where = name === '' ? subject.name : `"${name}" of ${subject.name}`;
    return errorAt('OPTION_UNKNOWN', pointer, `${where} has no option "${unknown}"`);
  }
  const what = name === '' ? subject.name : `"${name}" of ${subject.name}`;
  return errorAt('OPTION_INVALID', pointer, `${what} is not valid: it is ${shown(data)}`);
}

/** Puts a schema validator's errors into words for the template's writer. */
export function explainErrors(errors: readonly SchemaError[], subject: Subject): readonly Finding[] {
  return errors.map((error) => explainOne(error, subject));
}
