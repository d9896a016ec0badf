#!/bin/sh
# Brings this checkout into a state that runs: a Node of the right version, the npm packages, the bundle.
#   set-up.sh run    what `./kiln` needs
#   set-up.sh dev    that and the development tools
#   set-up.sh tools  the same without the bundle
# It does nothing that was done already, and two at once wait for each other. All messages go to standard error.
set -eu
mode=${1:-run}
cd "$(dirname "$0")/../.."
mkdir -p .kiln

say() { echo "kiln set-up: $*" >&2; }
die() {
  say "$*"
  exit 1
}

exec 9>.kiln/set-up.lock
if command -v flock >/dev/null; then flock 9; fi

# What a program says is shown only when it fails.
quiet() {
  "$@" >.kiln/set-up.log 2>&1 9>&- || {
    cat .kiln/set-up.log >&2
    die "failed: $*"
  }
}

# npm, which is needed only when something is missing; its output is shown only when it fails. Scripts of packages do not run.
run_npm() {
  command -v npm >/dev/null || die 'npm was not found. Install npm (on Debian: apt-get install npm), then run this again.'
  quiet npm "$@" --ignore-scripts --no-audit --no-fund
}

# The machine's own Node.js when it is new enough; else one of our own, of which the lock file has the hashes.
install_node() {
  mkdir -p .kiln/node
  if [ "$(node -p 'parseInt(process.versions.node) >= 24' 2>/dev/null)" = true ]; then
    ln -sfn "$(node -p process.execPath)" .kiln/node/node
    return
  fi
  say "this machine has Node.js $(node --version 2>/dev/null || echo none); fetching a private one"
  mkdir -p .kiln/runtime
  cp core/dev/node-runtime/package.json core/dev/node-runtime/package-lock.json .npmrc .kiln/runtime/
  run_npm ci --prefix .kiln/runtime
  for package in .kiln/runtime/node_modules/node-*; do
    "$package/bin/node" --version >/dev/null 2>&1 || continue
    ln -sfn "../runtime/node_modules/${package##*/}/bin/node" .kiln/node/node
    return
  done
  die "there is no private Node.js for $(uname -s) $(uname -m): install Node.js 24 or newer, then run this again"
}

# The state of everything that decides what is installed or bundled; content, not time, so that touching a file costs nothing.
digest() {
  find "$@" -type f ! -name '*.md' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-32
}

install_packages() {
  wanted=$(digest package-lock.json)
  if [ "$mode" = run ]; then accepted="run $wanted"; else accepted="dev $wanted"; fi
  have=$(cat .kiln/installed 2>/dev/null || true)
  case "$have" in "$accepted" | "dev $wanted") return ;; esac
  say "installing npm packages"
  rm -f .kiln/installed
  if [ "$mode" = run ]; then
    run_npm ci --omit=dev
    # Half of the AWS SDK is declarations for a compiler that is not there.
    find node_modules/@aws-sdk node_modules/@smithy -type d -name dist-types -prune -exec rm -rf {} +
  else
    run_npm ci
  fi
  echo "$accepted" >.kiln/installed
}

bundle() {
  wanted=$(digest package-lock.json core builders clients data-sources lookups provisioners post-processors plugins)
  [ -f dist/cli.cjs ] && [ "$(cat .kiln/bundled 2>/dev/null)" = "$wanted" ] && return
  say "building"
  rm -f .kiln/bundled
  quiet .kiln/node/node core/dev/build.ts
  echo "$wanted" >.kiln/bundled
}

# A link to a Node.js that was removed since, or was updated to another version, leads nowhere.
[ -x .kiln/node/node ] || install_node
PATH="$PWD/.kiln/node:$PATH"
export PATH
install_packages
[ "$mode" != tools ] || exit 0
bundle
touch .kiln/checked
