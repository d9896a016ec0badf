/** The first of these environment variables that is set to something. */
export function setting(...names: readonly string[]): string | undefined {
  return names.map((name) => process.env[name]).find((value) => value !== undefined && value !== '');
}

/** An environment variable as Go's strconv.ParseBool reads it; undefined for what that does not know. */
export function switched(name: string): boolean | undefined {
  const value = setting(name);
  if (value !== undefined && /^(?:1|t|true)$/i.test(value)) return true;
  return value !== undefined && /^(?:0|f|false)$/i.test(value) ? false : undefined;
}
