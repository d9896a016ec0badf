#!/bin/sh
# The Debian packages that the tests use as their real parts and independent witnesses.
set -eu
PACKAGES='b3sum qemu-system-x86 qemu-utils qemu-block-extra ovmf mmdebstrap mtools dosfstools e2fsprogs fdisk gdisk grub-pc-bin
  grub-efi-amd64-bin grub-common openssh-server openssh-client packer xz-utils bzip2 lz4 zstd zip unzip pigz
  libxkbcommon-tools xkb-data busybox-static tcsh zsh nasm ansible-core ansible rsync git python3-venv
  xorriso genisoimage swtpm sudo openssl nginx libnginx-mod-http-dav-ext docker-registry skopeo
  apache2-utils swift-proxy swift-account swift-container swift-object memcached zerofree
  gpg gpg-agent minisign vagrant libxml2-utils rpm jq'

missing=''
for package in $PACKAGES; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
  echo "the tests want these packages: apt-get install -y$missing" >&2
  exit 1
fi
echo "installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# A server that starts by itself has no place on a test machine: policy-rc.d keeps it down while we install.
policy=/usr/sbin/policy-rc.d
if ! [ -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$log" "$policy"' EXIT
fi
{ apt-get update -q && apt-get install -y -q --no-install-recommends $missing; } >"$log" 2>&1 || {
  cat "$log" >&2
  exit 1
}
