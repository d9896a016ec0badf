import type { LocatedDiagnostic } from '../diagnostics/diagnostic.ts';
import { secretMask as textMask, type SecretMask } from '../events/mask-secrets.ts';
import { withoutPasswords } from '../http/address.ts';

const LONG_LINE = 10_000;

/** Passwords of addresses are hidden in source lines whoever has declared them. */
function withoutLogins(diagnostic: LocatedDiagnostic): LocatedDiagnostic {
  const { excerpt } = diagnostic;
  return excerpt === undefined ? diagnostic : { ...diagnostic, excerpt: withoutPasswords(excerpt) };
}

/**
 * Takes secrets out of complaints, in all forms that a run hides. In the source line they become as many asterisks, so
 * that the caret stays right; a long line is gone through once, since all complaints may be about one line of megabytes.
 */
export function secretMask(secrets: readonly string[]): (diagnostic: LocatedDiagnostic) => LocatedDiagnostic {
  if (secrets.length === 0) return withoutLogins;
  let made: SecretMask | undefined;
  const mask = (): SecretMask => {
    if (made !== undefined) return made;
    made = textMask();
    for (const secret of secrets) made.add(secret);
    return made;
  };
  const lines = new Map<string, string>();
  const maskedLine = ({ location, excerpt = '' }: LocatedDiagnostic): string => {
    if (excerpt.length < LONG_LINE) return mask().asterisks(excerpt);
    const place = `${location?.file ?? ''}:${String(location?.line)}:${String(excerpt.length)}`;
    const line = lines.get(place) ?? mask().asterisks(excerpt);
    lines.set(place, line);
    return line;
  };
  return (diagnostic) => {
    const { message, hint, excerpt } = diagnostic;
    return withoutLogins({
      ...diagnostic,
      message: mask().text(message),
      ...(hint === undefined ? {} : { hint: mask().text(hint) }),
      ...(excerpt === undefined ? {} : { excerpt: maskedLine(diagnostic) }),
    });
  };
}
