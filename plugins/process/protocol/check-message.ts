import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import schema from './protocol.schema.json' with { type: 'json' };

/** What is wrong with a part of a message; undefined when nothing is. */
export type Check = (value: unknown) => string | undefined;

const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema(schema, 'protocol');

function said(errors: readonly ErrorObject[]): string {
  const texts = errors.map(({ instancePath, message = 'is wrong', params }) => {
    const name: unknown = params['additionalProperty'];
    const which = typeof name === 'string' ? ` ("${name}")` : '';
    return `${instancePath === '' ? '' : `${instancePath} `}${message}${which}`;
  });
  return [...new Set(texts)].slice(0, 3).join('; ');
}

function checkBy(validate: ValidateFunction): Check {
  return (value) => (validate(value) ? undefined : said(validate.errors ?? []));
}

function nameOf(method: string): string {
  return method
    .split('.')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
}

const known = new Map<string, Check | undefined>();

function checkOf(definition: string): Check | undefined {
  if (known.has(definition)) return known.get(definition);
  const isThere = Object.hasOwn(schema.definitions, definition);
  const check = isThere ? checkBy(ajv.compile({ $ref: `protocol#/definitions/${definition}` })) : undefined;
  known.set(definition, check);
  return check;
}

/** Checks the `params` of a method; undefined when the protocol has no such method. */
export function paramsCheck(method: string): Check | undefined {
  return checkOf(`${nameOf(method)}Params`);
}

/** Checks a request's result; undefined for notifications, which have none. */
export function resultCheck(method: string): Check | undefined {
  return checkOf(`${nameOf(method)}Result`);
}

/** Checks an answer's `error`. */
export const checkError: Check = (value) => checkOf('Error')?.(value);

let whole: Check | undefined;

/** Checks a message as a whole, as far as it can be known without what was said before. */
export const checkMessage: Check = (value) => (whole ??= checkBy(ajv.compile({ $ref: 'protocol#' })))(value);
