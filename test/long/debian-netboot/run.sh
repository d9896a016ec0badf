#!/bin/sh
# Installs Debian 13 from its network installer's kernel and initrd, with a preseed file and without an ISO. Needs the
# network (a mirror of Debian), cpio, about 5 GB in /var/tmp, and half an hour to two hours.
#
# MIRROR: the mirror, with a slash behind; without it, that of this machine's own apt. NETBOOT: the package with the
# images of the installer on the mirror; the mirror must hold the modules of its kernel.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../../..
own=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' | head -n 1)
mirror=${MIRROR:-$own}
netboot=${NETBOOT:-pool/main/d/debian-installer-netboot-images/debian-installer-13-netboot-amd64_20250803+deb13u6_all.deb}
work=$(mktemp -d /var/tmp/kiln-debian-netboot-XXXXXX)
proxy=
trap 'test -z "$proxy" || kill "$proxy"; rm -rf "$work"' EXIT
cd "$work"
curl -fsS -o netboot.deb "$mirror$netboot"
dpkg-deb -x netboot.deb unpacked
images=$work/$(dirname "$(find unpacked -path '*/text/*' -name linux)")
gzip -dc "$images/initrd.gz" | cpio -i --quiet --to-stdout '*var/lib/dpkg/status' >status

# The partitioner depends on these two; the second is not used.
curl -fsS "${mirror}dists/trixie/main/binary-amd64/Packages.xz" | xz -dc >packages
mkdir stand-ins
repackage() {
  name=$1
  shift
  mkdir -p "$name/DEBIAN"
  for package; do
    file=$(awk -v RS= -v name="$package" '$1 == "Package:" && $2 == name' packages | sed -n 's/^Filename: //p')
    curl -fsS -o package.deb "$mirror$file"
    dpkg-deb -x package.deb "$name"
  done
  rm -rf "$name/usr/share" "$name/etc/cron.d"
  printf 'Package: %s\nVersion: 1\nArchitecture: amd64\nMaintainer: nobody\nDescription: stand-in of %s\n' "$name" "$name" \
    >"$name/DEBIAN/control"
  dpkg-deb --build "$name" "stand-ins/$name.udeb" >/dev/null
}
repackage e2fsprogs-udeb e2fsprogs libext2fs2t64 libcom-err2 libss2
repackage ntfs-3g-udeb

"$root/.kiln/node/node" "$here/mirror.ts" "$mirror" trixie status stand-ins >port &
proxy=$!
until [ -s port ]; do
  kill -0 "$proxy"
  sleep 1
done
started=$(date +%s)
"$root/kiln" build -var "images=$images" -var "mirror=10.0.2.2:$(cat port)" -var "output=$work/output" \
  "$here/template.json"
qemu-img check "$work/output/debian.qcow2"
echo "took $((($(date +%s) - started) / 60)) minutes"
