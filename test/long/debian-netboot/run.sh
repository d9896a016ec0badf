#!/bin/sh
# Installs Debian 12 from its network installer's kernel and initrd, with a preseed file and without an ISO. Needs the
# network (Debian's mirror of this machine's own apt), about 5 GB in /var/tmp, and a quarter of an hour to two hours.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d /var/tmp/kiln-debian-netboot-XXXXXX)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download debian-installer-12-netboot-amd64
dpkg-deb -x debian-installer-12-netboot-amd64_*.deb unpacked
images=$(dirname "$(find unpacked -path '*/text/*' -name linux)")
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' | head -n 1)
part=$(curl -fsS "${mirror}dists/bookworm/main/debian-installer/binary-amd64/Packages.xz" | xz -dc |
  sed -n 's/^Filename: \(.*apt-mirror-setup_.*\)/\1/p' | head -n 1)
# Mirrors may leave out what only the installer uses; it would ask what to do, without end.
curl -fsSI "$mirror$part" >/dev/null || {
  echo "the mirror does not hold the installer's packages: $mirror$part" >&2
  exit 1
}
mirror=${mirror#http://}
host=${mirror%%/*}
directory=/${mirror#*/}
started=$(date +%s)
"$here/../../../kiln" build -var "images=$work/$images" -var "mirror_host=$host" \
  -var "mirror_directory=${directory%/}" -var "output=$work/output" "$here/template.json"
qemu-img check "$work/output/debian.qcow2"
echo "took $((($(date +%s) - started) / 60)) minutes"
