import { GoogleProblem, invalidJson, invalidValue } from '../problem.ts';
import { commonParameters, type Method, type Parameter, type Routed } from './document.ts';

function checkValue(name: string, { type, enum: choices, pattern }: Parameter, value: string): void {
  const isFit = type === 'integer' ? /^\d+$/.test(value) : type === 'boolean' ? /^(true|false)$/.test(value) : true;
  const isKnown = choices === undefined || choices.includes(value);
  if (!isFit || !isKnown) throw invalidJson(`Invalid value at '${name}', "${value}"`, name);
  if (pattern === undefined || new RegExp(`^(?:${pattern})$`).test(value)) return;
  throw invalidValue(name, value, `Must be a match of regex '${pattern}'`);
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function checkQuery(method: Method, query: URLSearchParams): void {
  for (const [name, value] of query) {
    const known = method.parameters?.[name] ?? commonParameters[name];
    if (known === undefined) {
      const message = `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. Field '${name}' could not be found in request message.`;
      throw invalidJson(message);
    }
    checkValue(name, known, value);
    if (name === 'requestId' && !UUID.test(value)) throw invalidValue(name, value, 'The value is not a valid UUID.');
  }
  for (const [name, { required, location }] of Object.entries(method.parameters ?? {})) {
    if (location === 'query' && required === true && !query.has(name)) {
      throw new GoogleProblem(400, 'required', `Required parameter: ${name}`);
    }
  }
}

/** @throws GoogleProblem for a value of the path or the query that the method does not take */
export function checkParameters({ method, path }: Routed, query: URLSearchParams): void {
  for (const [name, value] of Object.entries(path)) {
    const known = method.parameters?.[name];
    if (known !== undefined) checkValue(name, known, value);
  }
  checkQuery(method, query);
}
