import type { LocatedDiagnostic } from '../diagnostics/diagnostic.ts';

const MASK = '<sensitive>';

/** Secrets out of a complaint. In the source line they become as many asterisks, so that the caret stays right. */
export function maskSecrets(diagnostic: LocatedDiagnostic, secrets: readonly string[]): LocatedDiagnostic {
  const texts = secrets.filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  if (texts.length === 0) return diagnostic;
  const masked = (text: string, mask: (secret: string) => string): string =>
    texts.reduce((result, secret) => {
      const written = JSON.stringify(secret).slice(1, -1);
      return result.replaceAll(written, mask(written)).replaceAll(secret, mask(secret));
    }, text);
  const { message, hint, excerpt } = diagnostic;
  return {
    ...diagnostic,
    message: masked(message, () => MASK),
    ...(hint === undefined ? {} : { hint: masked(hint, () => MASK) }),
    ...(excerpt === undefined ? {} : { excerpt: masked(excerpt, (secret) => '*'.repeat(secret.length)) }),
  };
}
