/**
 * What programs need to be found and to speak the user's language, and where they reach the network through; and by
 * KILN_RUN_ID they are known as those of a run (`markPrograms`).
 */
const NEEDED =
  /^(KILN_RUN_ID|PATH|HOME|USER|LOGNAME|SHELL|TERM|TZ|LANG|LANGUAGE|LC_\w+|SUDO_ASKPASS|DEBIAN_FRONTEND|(https?|ftp|all|no)_proxy)$/;

/**
 * Kiln's environment as far as programs of a guest get it that run on this machine: no credentials of clouds, no tokens, no
 * way to the user's agent.
 */
export function guestEnvironment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && (NEEDED.test(entry[0]) || /_PROXY$/.test(entry[0])),
    ),
  );
}
