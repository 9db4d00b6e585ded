#!/usr/bin/env bash
# Installs a small S3 server (moto, from the Python package index) for the tests of `--blobs s3://…`, once, into
# target/s3-server. Without it those tests report themselves as skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=target/s3-server
[ -x "$folder/bin/moto_server" ] && exit 0
scripts/need.sh python
echo "Installing a small S3 server into $folder"
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check 'moto[s3]==5.*' flask flask-cors
