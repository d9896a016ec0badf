/** Keys of metadata. */
export const STARTUP_SCRIPT = 'startup-script';
/** The template's script, beside the one that runs it; Packer has it here, too. */
export const WRAPPED_SCRIPT = 'packer-wrapped-startup-script';
export const GUEST_ATTRIBUTES = 'enable-guest-attributes';
/** Where the guest says how its script ended: a namespace and a key of its guest attributes. */
export const NAMESPACE = 'kiln';
export const STATUS = 'startup-script-status';
/** What the guest writes to its console, in case that guest attributes are forbidden. */
const MARK = 'kiln: the startup script ended with status';

/**
 * Runs the template's script and says how it ended. By guest attributes: those need no permission in the project and no
 * gcloud in the guest, other than the metadata that Packer's script sets. And on the console, in case that an organisation
 * forbids them.
 */
export const WRAPPER: string = `#!/bin/sh
base=http://metadata.google.internal/computeMetadata/v1/instance
if command -v curl >/dev/null 2>&1; then
  get() { curl -fsS --retry 5 -H 'Metadata-Flavor: Google' "$base/$1"; }
  put() { curl -fsS --retry 5 -X PUT --data "$2" -H 'Metadata-Flavor: Google' "$base/$1"; }
elif command -v python3 >/dev/null 2>&1; then
  ask() {
    python3 -c 'import sys, urllib.request as u
data = sys.argv[3].encode() if len(sys.argv) > 3 else None
asked = u.Request(sys.argv[2], data=data, headers={"Metadata-Flavor": "Google"}, method=sys.argv[1])
sys.stdout.buffer.write(u.urlopen(asked, timeout=30).read())' "$@"
  }
  get() { ask GET "$base/$1"; }
  put() { ask PUT "$base/$1" "$2"; }
else
  get() { wget -qO- --header 'Metadata-Flavor: Google' "$base/$1"; }
  put() { return 1; }
fi
directory=$(mktemp -d "\${TMPDIR:-/tmp}/kiln-startup.XXXXXX") || directory=/root
script=$directory/startup-script
if get 'attributes/${WRAPPED_SCRIPT}' >"$script"; then
  # By its interpreter, as the directory may be one where nothing can be run.
  interpreter=$(sed -n '1s/^#! *//p' "$script")
  \${interpreter:-/bin/sh} "$script"
  status=$?
else
  echo 'kiln: the startup script cannot be read from the metadata server'
  status=127
fi
rm -rf "$directory"
put 'guest-attributes/${NAMESPACE}/${STATUS}' "$status" >/dev/null 2>&1
echo "${MARK} $status"
exit $status
`;

/** The status that the console tells of; undefined when it tells of none yet. The last one counts: a script runs at each boot. */
export function statusOnConsole(console: string): number | undefined {
  const found = [...console.matchAll(/kiln: the startup script ended with status (\d+)/g)].at(-1)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** The status in a guest attribute; undefined for anything else. */
export function statusOf(text: string | null | undefined): number | undefined {
  return text !== undefined && text !== null && /^\d+$/.test(text.trim()) ? Number(text.trim()) : undefined;
}
