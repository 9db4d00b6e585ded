#!/usr/bin/env bash
# Rules of the house that no linter knows: how long files may be, and that ARCHITECTURE.md names what is there.
set -euo pipefail
cd "$(dirname "$0")/.."
bad=0

while read -r file; do
  # Tests inside a file count less: what stands before them is what one has to read.
  lines=$(awk '/^#\[cfg\(test\)\]/ { exit } { n++ } END { print n + 0 }' "$file")
  if [ "$lines" -gt 400 ]; then
    echo "$file has $lines lines before its tests; 400 is the most"
    bad=1
  fi
done < <(git ls-files 'crates/**/src/**/*.rs' 'crates/*/src/*.rs' 'ui/src/**/*.ts')

while read -r room; do
  [ -d "crates/$room" ] || [ -d "$room" ] || { echo "ARCHITECTURE.md names $room, which is not there"; bad=1; }
done < <(sed -n '/^```$/,/^```$/p' ARCHITECTURE.md | grep -oE '^ *[a-z]+/' | tr -d ' /' | grep -v '^crates$')

exit "$bad"
