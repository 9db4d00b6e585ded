#!/usr/bin/env bash
# Builds the scripts and styles that the program embeds, when they are older than their sources.
set -euo pipefail
cd "$(dirname "$0")/../ui"

command -v npm >/dev/null 2>&1 || { echo "Node.js with npm is missing; install it and run this again." >&2; exit 1; }
if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo "Installing the packages that build the pages' scripts"
  npm ci --no-audit --no-fund --loglevel=error
fi
if [ ! -f dist/manifest.json ] || [ -n "$(find . -path ./node_modules -prune -o -path ./dist -prune -o -type f -newer dist/manifest.json -print -quit)" ]; then
  echo "Building the pages' scripts and styles"
  npm run --silent build
fi
