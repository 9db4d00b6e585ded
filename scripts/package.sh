#!/usr/bin/env bash
# Makes the Debian package into target/debian. The tool (cargo-deb, pinned) is built into target/tools once.
#   scripts/package.sh                  of the program as it is shipped
#   scripts/package.sh dev --deb-revision 2   of a build for development, with more flags for cargo deb
set -euo pipefail
cd "$(dirname "$0")/.."

version=3.8.0
profile=${1:-release}
[ $# -gt 0 ] && shift
if ! target/tools/bin/cargo-deb --version 2>/dev/null | grep -q "$version\$"; then
  cargo install cargo-deb --version "$version" --locked --no-default-features --quiet --root target/tools
fi
scripts/ui.sh
cargo build --quiet --profile "$profile" -p kazi
target/tools/bin/cargo-deb --quiet -p kazi --no-build --no-strip --profile "$profile" "$@"
ls -t "$PWD"/target/debian/kazi_*.deb | head -1
