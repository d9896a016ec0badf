#!/bin/sh
# All tests, after their own set-up. Arguments go to vitest: `npm test -- test/unit`. The quick ones alone
# (`npm test -- --project quick`) need nothing but Node.js and the npm packages; `npm run check` is apart from them.
set -eu
cd "$(dirname "$0")/../.."

projects='' before=''
for word; do
  [ "$before" != --project ] || projects="$projects $word"
  case $word in --project=*) projects="$projects ${word#--project=}" ;; esac
  before=$word
done

if [ "$projects" = ' quick' ]; then
  sh core/dev/set-up.sh tools
else
  sh core/dev/install-test-packages.sh
  sh core/dev/check.sh
fi
PATH="$PWD/.kiln/node:$PWD/node_modules/.bin:$PATH"
export PATH
exec vitest run "$@"
