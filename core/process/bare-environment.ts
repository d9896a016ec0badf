/** What programs need to be found, to keep temporary files and to speak the user's language; and whose run they are. */
const NEEDED = /^(KILN_RUN_ID|PATH|HOME|USER|LOGNAME|SHELL|TERM|TZ|TMPDIR|LANG|LANGUAGE|LC_\w+)$/;

/**
 * Kiln's environment as far as a stranger's program gets it: no credentials, no tokens, no proxies (whose addresses may
 * hold logins), no way to the user's agent; and the variables named in `granted`.
 */
export function bareEnvironment(granted: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && (NEEDED.test(entry[0]) || granted.includes(entry[0])),
    ),
  );
}
