import type { LocatedDiagnostic } from '../diagnostics/diagnostic.ts';

const MASK = '<sensitive>';
const LONG_LINE = 10_000;

/**
 * Takes secrets out of complaints. In the source line they become as many asterisks, so that the caret stays right;
 * a long line is gone through once, since all complaints may be about one line of megabytes.
 */
export function secretMask(secrets: readonly string[]): (diagnostic: LocatedDiagnostic) => LocatedDiagnostic {
  const texts = secrets.filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  const masked = (text: string, mask: (secret: string) => string): string =>
    texts.reduce((result, secret) => {
      const written = JSON.stringify(secret).slice(1, -1);
      return result.replaceAll(written, mask(written)).replaceAll(secret, mask(secret));
    }, text);
  const lines = new Map<string, string>();
  const maskedLine = ({ location, excerpt = '' }: LocatedDiagnostic): string => {
    const hide = (): string => masked(excerpt, (secret) => '*'.repeat(secret.length));
    if (excerpt.length < LONG_LINE) return hide();
    const place = `${location?.file ?? ''}:${String(location?.line)}:${String(excerpt.length)}`;
    const line = lines.get(place) ?? hide();
    lines.set(place, line);
    return line;
  };
  if (texts.length === 0) return (diagnostic) => diagnostic;
  return (diagnostic) => {
    const { message, hint, excerpt } = diagnostic;
    return {
      ...diagnostic,
      message: masked(message, () => MASK),
      ...(hint === undefined ? {} : { hint: masked(hint, () => MASK) }),
      ...(excerpt === undefined ? {} : { excerpt: maskedLine(diagnostic) }),
    };
  };
}
