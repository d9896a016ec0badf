#!/bin/sh
# What CI runs before the tests: generated files in step, format, types, lint with import zones, unused code.
set -eu
cd "$(dirname "$0")/../.."
sh core/dev/set-up.sh dev
PATH="$PWD/.kiln/node:$PWD/node_modules/.bin:$PATH"
export PATH
node core/cli/main.ts fmt -check examples
for check in generate:check format:check typecheck lint unused; do
  echo "check: $check"
  npm run --silent "$check"
done
