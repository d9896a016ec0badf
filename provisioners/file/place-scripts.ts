/** Scripts of POSIX sh that put an upload in place. Each is one line, as words in csh may not hold line ends. */

/** Exit statuses of `PLACE` about sudo itself. */
export const NO_SUDO = 97;
export const PASSWORD_WANTED = 98;

/**
 * $1 what was uploaded, $2 the user to become ("" for none), $3 "yes" when a line of standard input is the password,
 * $4 a script of the two below, $5 destination; the rest is that script's. It gets the upload as standard input, so that
 * nobody else has to be able to read it where it is. The directory that $1 is in goes with it.
 */
export const PLACE: string = [
  `o=\${1%/*}; trap 'rm -rf "$o"' EXIT; trap 'exit 1' HUP INT PIPE TERM`,
  's=$1; u=$2; p=$3; c=$4; case $5 in /*) d=$5;; *) d=$PWD/$5;; esac; shift 5',
  'if [ -d "$s" ]; then n=$(find "$s" | wc -l); else n=$(wc -c < "$s"); fi',
  'send() { if [ -d "$s" ]; then tar -cf - -C "$s" .; else cat "$s"; fi; }',
  'if [ -z "$u" ]; then send | sh -c "$c" kiln "$d" "$n" "$@"; exit; fi',
  `command -v sudo >/dev/null 2>&1 || exit ${NO_SUDO}`,
  'if sudo -n -u "$u" true 2>/dev/null; then send | sudo -n -u "$u" sh -c "$c" kiln "$d" "$n" "$@"; exit; fi',
  `[ "$p" = yes ] || { sudo -n -u "$u" true; exit ${PASSWORD_WANTED}; }`,
  `IFS= read -r w; { printf '%s\\n' "$w"; send; } | sudo -k -S -p '' -u "$u" sh -c "$c" kiln "$d" "$n" "$@"`,
].join('; ');

const CLEAN_UP = `trap 'rm -rf "$t"' EXIT; trap 'exit 1' HUP INT PIPE TERM`;

/**
 * $1 destination, $2 size, $3 mode, $4 not used, $5 owner or "", $6 mark. The file is written beside its place and
 * moved there when it is whole and has its owner and mode; a link is followed.
 */
export const PLACE_FILE: string = [
  'd=$1; umask 077',
  'if [ -L "$d" ]; then d=$(readlink -f "$d") || exit 1; fi',
  'if [ -d "$d" ]; then echo "$d is a directory" >&2; exit 1; fi',
  'if [ -e "$d" ] && [ ! -f "$d" ]; then echo "$d is not a file" >&2; exit 1; fi',
  `t=$d.kiln-$6; ${CLEAN_UP}`,
  'cat > "$t" || exit 1; n=$(wc -c < "$t")',
  'if [ "$n" -ne "$2" ]; then echo "$n of $2 bytes arrived" >&2; exit 1; fi',
  // The other order would lose the set-user-ID bit.
  'if [ -n "$5" ]; then chown "$5" "$t" || exit 1; fi',
  'chmod "$3" "$t" && mv -f "$t" "$d"',
].join('; ');

/**
 * $1 destination, $2 number of lines that `find` has for the tree, $3 mode of files or "", $4 mode of directories or "",
 * $5 owner or "", $6 mark, $7 the tree's name in a destination that is there already, or "". A tree whose place is empty is
 * moved there as a whole; otherwise each file is.
 */
export const PLACE_TREE: string = [
  'd=$1; umask 022',
  'if [ -n "$7" ] && [ -d "$d" ]; then d=${d%/}/$7; fi',
  'if [ -e "$d" ] && [ ! -d "$d" ]; then echo "$d is not a directory" >&2; exit 1; fi',
  `if [ -d "$d" ]; then t=\${d%/}/.kiln-$6; else t=$d.kiln-$6; fi; ${CLEAN_UP}`,
  'mkdir -p "${t%/*}/" && mkdir -m 700 "$t" && tar -xopf - -C "$t" || exit 1',
  'n=$(find "$t" | wc -l); if [ "$n" -ne "$2" ]; then echo "only a part arrived" >&2; exit 1; fi',
  'if [ -n "$5" ]; then chown -hR "$5" "$t" || exit 1; fi',
  'if [ -n "$3" ]; then find "$t" -type f -exec chmod "$3" {} + && find "$t" -type d -exec chmod "$4" {} + || exit 1; fi',
  'put() { if [ -d "$1" ] && [ ! -L "$1" ] && [ -d "$2" ]; then for e in "$1"/* "$1"/.*; do' +
    ' case ${e##*/} in .|..) continue;; esac; if [ -e "$e" ] || [ -L "$e" ]; then' +
    ' put "$e" "${2%/}/${e##*/}" || return 1; fi; done;' +
    ' elif [ -d "$2" ]; then echo "$2 is a directory" >&2; return 1; else mv -f "$1" "$2"; fi; }',
  'put "$t" "$d"',
].join('; ');
