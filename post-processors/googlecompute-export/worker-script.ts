import { shellWord } from '../../plugins/sdk/guest.ts';

/** An object that the worker writes. */
export interface WorkerObject {
  /** "gs://bakery/web.tar.gz" */
  readonly url: string;
  /** Value of its metadata `kiln-token`. */
  readonly token: string;
}

/** What a worker does. */
export interface WorkerTask {
  /** Is in each line that the worker says to Kiln. */
  readonly mark: string;
  /** Path of the disk to be exported. */
  readonly device: string;
  readonly objects: readonly [WorkerObject, ...WorkerObject[]];
}

/** Packs a disk, whose size is where it ends, as the one file of a tar archive in GNU format. */
const PACK = `import os, sys, tarfile
disk = open(sys.argv[1], "rb")
size = os.lseek(disk.fileno(), 0, os.SEEK_END)
os.lseek(disk.fileno(), 0, os.SEEK_SET)
archive = tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.GNU_FORMAT, bufsize=1 << 20)
member = tarfile.TarInfo("disk.raw")
member.size = size
archive.addfile(member, disk)
archive.close()`;

function copyCommand(from: string, { url, token }: WorkerObject): string {
  const marks = `--custom-metadata=kiln-token=${token} --content-type=application/gzip`;
  return `gcloud storage cp ${marks} ${shellWord(from)} ${shellWord(url)}`;
}

/** The startup script of a worker; what it says is on the first serial port. */
export function workerScript({ mark, device, objects }: WorkerTask): string {
  const [first, ...others] = objects;
  const copies = others.map(
    (object) => `${copyCommand(first.url, object)} || fail ${shellWord(`cannot copy to ${object.url}`)}`,
  );
  return `#!/bin/bash
set -o pipefail
say() { echo "kiln-export ${mark} $*"; }
fail() { say failed "$*"; exit 1; }
disk=${shellWord(device)}
for _ in $(seq 60); do [ -e "$disk" ] && break; sleep 1; done
[ -e "$disk" ] || fail "there is no disk $disk"
for program in python3 gzip sha256sum gcloud; do
  command -v "$program" >/dev/null || fail "the image of the worker has no $program"
done
pack=$(command -v pigz || command -v gzip)
work=$(mktemp -d) && mkfifo "$work/copy" || fail 'there is no room for temporary files'
sha256sum <"$work/copy" >"$work/sum" &
sum=$!
say working
python3 -c ${shellWord(PACK)} "$disk" | "$pack" -c | tee "$work/copy" |
  ${copyCommand('-', first)} || fail ${shellWord(`cannot write ${first.url}`)}
wait "$sum" || fail 'the checksum cannot be computed'
${copies.join('\n')}
say done "$(cut -c1-64 "$work/sum")"
`;
}
