import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTemporaryFile } from '../../../run/scope/temporary-directory.ts';

/**
 * Answers what OpenSSH asks, from files: $KILN_SECRETS/password to the server that $KILN_LOGIN (USER@HOST) names alone,
 * since other hosts on the way may ask too, and $KILN_SECRETS/passphrase for $KILN_KEY. With $KILN_TERMINAL anything
 * else is asked there.
 */
export const ASKPASS = `#!/bin/sh
case \${SSH_ASKPASS_PROMPT-} in
  none) exec sleep 600 ;;
  confirm) exit 1 ;;
esac
case $1 in
  "Enter passphrase for key '$KILN_KEY'"*) [ ! -e "$KILN_SECRETS/passphrase" ] || exec cat "$KILN_SECRETS/passphrase" ;;
  "$KILN_LOGIN's password: " | "($KILN_LOGIN) "*)
    [ ! -e "$KILN_SECRETS/password" ] || exec cat "$KILN_SECRETS/password" ;;
esac
[ -n "\${KILN_TERMINAL-}" ] || exit 1
before=$(stty -g <"$KILN_TERMINAL") || exit 1
trap 'stty "$before" <"$KILN_TERMINAL"' EXIT
trap 'exit 1' HUP INT TERM
stty -echo <"$KILN_TERMINAL"
printf '%s' "$1" >"$KILN_TERMINAL"
IFS= read -r answer <"$KILN_TERMINAL" || exit 1
echo >"$KILN_TERMINAL"
printf '%s\\n' "$answer"
`;

export interface Secrets {
  readonly password: string | undefined;
  readonly passphrase: string | undefined;
}

/** Writes what there is into files of mode 0600 in `directory`, which is made. */
export async function layOutSecrets(directory: string, secrets: Secrets): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { mode: 0o700 });
  for (const [name, value] of Object.entries(secrets)) {
    if (typeof value === 'string' && value !== '') {
      await writeTemporaryFile(join(directory, name), `${value}\n`);
    }
  }
}
