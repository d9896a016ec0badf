/** A wildcard, a set of characters, what a backquote makes plain in PowerShell, or a character. */
const TOKENS = {
  sh: /\[[!^]?\]?(?:\[[:.=][^\]]*\]|[^\]])*\]|[^]/gu,
  windows: /\[[^\]]+\]|`[^]|[^]/gu,
} as const;

function fits(token: string, character: string): boolean {
  return token === '?' || (token.startsWith('[') && token.length > 1) || token.replace(/^`(?=[^])/u, '') === character;
}

/** Takes no more steps than characters times tokens, whatever the guest's names are. */
function matches(characters: readonly string[], tokens: readonly string[]): boolean {
  let [at, next, star, resume] = [0, 0, -1, 0];
  while (at < characters.length) {
    const token = tokens[next];
    if (token === '*') {
      [star, resume] = [next, at];
      next += 1;
    } else if (token !== undefined && fits(token, characters[at] ?? '')) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      resume += 1;
      [at, next] = [resume, star + 1];
    } else return false;
  }
  return tokens.slice(next).every((token) => token === '*');
}

/**
 * Whether a name may be what the last part of a pattern of sh (or PowerShell) stands for. A set of characters counts as any
 * character, since what is in it depends on the guest's language; so does whether "?" is a character or a byte.
 */
export function matchesPattern(name: string, pattern: string, system?: 'windows'): boolean {
  const tokensOf = (text: string): readonly string[] => text.match(TOKENS[system ?? 'sh']) ?? [];
  if (system === 'windows') return matches(Array.from(name.toLowerCase()), tokensOf(pattern.toLowerCase()));
  const bytes = (text: string): string => Buffer.from(text).toString('latin1');
  return matches(Array.from(name), tokensOf(pattern)) || matches(Array.from(bytes(name)), tokensOf(bytes(pattern)));
}
