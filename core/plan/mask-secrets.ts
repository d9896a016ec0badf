import type { LocatedDiagnostic } from '../diagnostics/diagnostic.ts';
import { secretMask as textMask, type SecretMask } from '../events/mask-secrets.ts';
import { withoutPasswords } from '../http/address.ts';

const LONG_LINE = 10_000;

/**
 * Takes secrets out of complaints, in all forms that a run hides, and out of source lines the passwords of addresses too,
 * whoever has declared them. In the source line they become as many asterisks, so that the caret stays right; a long line
 * is gone through once, since all complaints may be about one line of megabytes.
 */
export function secretMask(secrets: readonly string[]): (diagnostic: LocatedDiagnostic) => LocatedDiagnostic {
  let made: SecretMask | undefined;
  const mask = (): SecretMask => {
    if (made !== undefined) return made;
    made = textMask();
    for (const secret of secrets) made.add(secret);
    return made;
  };
  const maskedText = (text: string): string => (secrets.length === 0 ? text : mask().text(text));
  const hidden = (line: string): string => withoutPasswords(secrets.length === 0 ? line : mask().asterisks(line));
  const lines = new Map<string, string>();
  const maskedLine = ({ location, excerpt = '' }: LocatedDiagnostic): string => {
    if (excerpt.length < LONG_LINE) return hidden(excerpt);
    const place = `${location?.file ?? ''}:${String(location?.line)}:${String(excerpt.length)}`;
    const line = lines.get(place) ?? hidden(excerpt);
    lines.set(place, line);
    return line;
  };
  return (diagnostic) => {
    const { message, hint, excerpt } = diagnostic;
    return {
      ...diagnostic,
      message: maskedText(message),
      ...(hint === undefined ? {} : { hint: maskedText(hint) }),
      ...(excerpt === undefined ? {} : { excerpt: maskedLine(diagnostic) }),
    };
  };
}
