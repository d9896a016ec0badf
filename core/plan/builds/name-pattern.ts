const compiled = new Map<string, RegExp | undefined>();

/** `*` is any text, `?` any character, `[abc]` and `[!a-c]` one of a few. Undefined without any of them. */
function compile(pattern: string): RegExp | undefined {
  if (!/[*?[]/.test(pattern)) return undefined;
  const source = pattern.replaceAll(/\[(!?)([^\]]+)\]|[^]/gu, (part, not: string | undefined, members?: string) => {
    if (members !== undefined) return `[${not === '!' ? '^' : ''}${members.replaceAll(/[\\^[]/g, '\\$&')}]`;
    if (part === '*') return '[^]*';
    return part === '?' ? '[^]' : part.replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&');
  });
  try {
    return new RegExp(`^${source}$`, 'u');
  } catch {
    // A range such as [z-a] is none; the text can still be a name.
    return undefined;
  }
}

/** Whether one of the patterns is the name, or matches it as in a shell. */
export function matchesAny(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    if (pattern === name) return true;
    if (!compiled.has(pattern)) compiled.set(pattern, compile(pattern));
    return compiled.get(pattern)?.test(name) === true;
  });
}
