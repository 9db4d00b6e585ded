#!/usr/bin/env bash
# Takes the pictures of the guides anew, from the program as it is: docs/guides/images. Run it when a page changes its look.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/need.sh browser fonts python pillow dejavu
scripts/ui.sh
cargo build --quiet --workspace --bin kazi
exec node scripts/guide_pictures.mjs
