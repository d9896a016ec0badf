import { errorAt, pointerToken, type Diagnostic } from '../../../plugins/sdk/index.ts';

type Diagnostics = readonly Diagnostic[];

/** What Compute Engine takes as a name (RFC 1035). */
const NAME = /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const LABEL = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const LABEL_VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
/** Labels that a thing may have; Kiln's own are two of them. */
const MOST_LABELS = 64 - 2;

/** What is wrong with the name of an option; a text with an expression is not known yet. */
export function checkName(option: string, name: string | undefined): Diagnostics {
  if (name === undefined || name.includes('{{') || NAME.test(name)) return [];
  const hint = 'at most 63 lowercase letters, digits and hyphens, the first a letter, the last no hyphen';
  return [errorAt('GOOGLE_NAME', `/${option}`, `${JSON.stringify(name)} is no name of Google's`, { hint })];
}

/** What is wrong with labels. */
export function checkLabels(option: string, labels: Readonly<Record<string, string>> = {}): Diagnostics {
  const hint = 'lowercase letters, digits, hyphens and underscores, at most 63; a key begins with a letter';
  const wrong = Object.entries(labels).flatMap(([key, value]) => {
    const pointer = `/${option}/${pointerToken(key)}`;
    if (!LABEL.test(key))
      return [errorAt('GOOGLE_LABEL', pointer, `${JSON.stringify(key)} is no key of a label`, { hint })];
    if (value.includes('{{') || LABEL_VALUE.test(value)) return [];
    return [errorAt('GOOGLE_LABEL', pointer, `${JSON.stringify(value)} is no value of a label`, { hint })];
  });
  if (Object.keys(labels).length <= MOST_LABELS) return wrong;
  return [...wrong, errorAt('GOOGLE_LABEL', `/${option}`, `there are more than ${MOST_LABELS} labels`)];
}
