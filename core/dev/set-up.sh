#!/bin/sh
# Brings this checkout into a state that runs: a Node of the right version, the npm packages, the bundle.
#   set-up.sh run    what `./kiln` needs
#   set-up.sh dev    that and the development tools
# It does nothing that was done already, and two at once wait for each other. All messages go to standard error.
set -eu
NODE_VERSION=24.21.0
mode=${1:-run}
cd "$(dirname "$0")/../.."
mkdir -p .kiln

say() { echo "kiln set-up: $*" >&2; }
die() {
  say "$*"
  exit 1
}

command -v npm >/dev/null || die 'npm was not found. Install Node.js 20 or newer with npm, then run this again.'
exec 9>.kiln/set-up.lock
if command -v flock >/dev/null; then flock 9; fi

# npm's output is shown only when it fails.
quiet() {
  "$@" >.kiln/set-up.log 2>&1 9>&- || {
    cat .kiln/set-up.log >&2
    die "failed: $*"
  }
}

platform() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) echo linux-x64 ;;
    Linux-aarch64) echo linux-arm64 ;;
    Darwin-arm64) echo darwin-arm64 ;;
    Darwin-x86_64) echo darwin-x64 ;;
    *) die "no private Node.js for $(uname -s) $(uname -m): install Node.js 24 or newer" ;;
  esac
}

install_node() {
  mkdir -p .kiln/node
  if [ "$(node -p 'parseInt(process.versions.node) >= 24' 2>/dev/null)" = true ]; then
    ln -sfn "$(node -p process.execPath)" .kiln/node/node
    return
  fi
  package="node-$(platform)"
  say "this machine has Node.js $(node --version 2>/dev/null || echo none); fetching a private $NODE_VERSION"
  quiet npm install --prefix .kiln/runtime --no-save --no-package-lock --no-audit --no-fund "$package@$NODE_VERSION"
  ln -sfn "../runtime/node_modules/$package/bin/node" .kiln/node/node
}

# The state of everything that decides what is installed or bundled; content, not time, so that touching a file costs nothing.
digest() {
  find "$@" -type f ! -name '*.md' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-32
}

install_packages() {
  wanted=$(digest package-lock.json)
  if [ "$mode" = dev ]; then accepted="dev $wanted"; else accepted="run $wanted"; fi
  have=$(cat .kiln/installed 2>/dev/null || true)
  case "$have" in "$accepted" | "dev $wanted") return ;; esac
  say "installing npm packages"
  rm -f .kiln/installed
  if [ "$mode" = dev ]; then
    quiet npm ci --ignore-scripts --no-audit --no-fund
  else
    quiet npm ci --ignore-scripts --no-audit --no-fund --omit=dev
    # Half of the AWS SDK is declarations for a compiler that is not there.
    find node_modules/@aws-sdk node_modules/@smithy -type d -name dist-types -prune -exec rm -rf {} +
  fi
  echo "$accepted" >.kiln/installed
}

bundle() {
  wanted=$(digest package-lock.json core builders provisioners post-processors plugins)
  [ -f dist/cli.cjs ] && [ "$(cat .kiln/bundled 2>/dev/null)" = "$wanted" ] && return
  say "building"
  rm -f .kiln/bundled
  quiet .kiln/node/node core/dev/build.ts
  echo "$wanted" >.kiln/bundled
}

[ -x .kiln/node/node ] || install_node
PATH="$PWD/.kiln/node:$PATH"
export PATH
install_packages
bundle
touch .kiln/checked
