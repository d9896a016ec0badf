#!/bin/sh
# All tests, after their own set-up. Arguments go to vitest: `npm test -- test/unit`.
set -eu
cd "$(dirname "$0")/../.."
sh core/dev/install-test-packages.sh
sh core/dev/check.sh
PATH="$PWD/.kiln/node:$PWD/node_modules/.bin:$PATH"
export PATH
exec vitest run "$@"
