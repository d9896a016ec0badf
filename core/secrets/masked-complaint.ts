import type { LocatedDiagnostic } from '../diagnostics/diagnostic.ts';
import { withoutPasswords } from '../http/address.ts';
import { secretMask, type SecretMask } from './secret-mask.ts';

const LONG_LINE = 10_000;

/**
 * Takes secrets out of complaints, and out of source lines the passwords of addresses too, whoever has declared them. In
 * the source line they become as many asterisks, so that the caret stays right; a long line is gone through once, since
 * all complaints may be about one line of megabytes.
 */
export function complaintMask(secrets: readonly string[]): (diagnostic: LocatedDiagnostic) => LocatedDiagnostic {
  let made: SecretMask | undefined;
  // Most templates have nothing to complain about.
  const mask = (): SecretMask => (made ??= secretMask(secrets));
  const hidden = (line: string): string => withoutPasswords(mask().text(line, { keepLength: true }));
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
      message: mask().text(message),
      ...(hint === undefined ? {} : { hint: mask().text(hint) }),
      ...(excerpt === undefined ? {} : { excerpt: maskedLine(diagnostic) }),
    };
  };
}
