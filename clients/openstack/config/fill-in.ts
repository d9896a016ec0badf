import { OpenStackError } from '../errors/openstack-error.ts';
import { textOf, type Values } from './values.ts';

/** "{{", "}}", or "{name}"; braces that are nothing of these are a mistake. */
const FIELD = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/**
 * Fills in "{region_name}" and other options, as Python's `str.format` does for plain names. Throws `OpenStackError`
 * with reason "settings" for a name that is no option.
 */
export function fillIn(text: string, values: Values, where: string): string {
  return text.replace(FIELD, (field: string, name: string | undefined) => {
    if (field === '{{') return '{';
    if (field === '}}') return '}';
    if (name !== undefined && name in values) return textOf(values[name]);
    const why = name === undefined ? 'has a single brace' : `asks for "${name}", which is no option of the cloud`;
    throw new OpenStackError(`the option ${where} ${why}: ${text}`, { reason: 'settings' });
  });
}
