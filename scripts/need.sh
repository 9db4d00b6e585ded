#!/usr/bin/env bash
# Installs what is missing on Debian, and says so. Usage: scripts/need.sh browser postgres ocr epubcheck
# Safe to run twice: what is there is left alone.
set -euo pipefail

declare -A packages=(
  [build]="build-essential pkg-config:gcc"
  [browser]="chromium:chromium"
  [fonts]="fonts-noto-core:"
  [postgres]="postgresql:"
  [ocr]="tesseract-ocr:tesseract"
  [epubcheck]="epubcheck:epubcheck"
  [poppler]="poppler-utils:pdftoppm"
  [xml]="libxml2-utils:xmllint"
  [python]="python3 python3-venv:python3"
  [pillow]="python3-pil:"
  [dejavu]="fonts-dejavu-core:"
  [nginx]="nginx-light:nginx"
)

here() { # is the part there?
  case "$1" in
    postgres) ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ;;
    pillow) /usr/bin/python3 -c "import PIL" >/dev/null 2>&1 ;;
    dejavu) ls /usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf >/dev/null 2>&1 ;;
    fonts) ls /usr/share/fonts/truetype/noto/NotoNastaliqUrdu-Regular.ttf >/dev/null 2>&1 ;;
    *) command -v "${packages[$1]##*:}" >/dev/null 2>&1 ;;
  esac
}

missing=()
for part in "$@"; do
  [ -n "${packages[$part]:-}" ] || { echo "need.sh: no part named $part" >&2; exit 2; }
  here "$part" || missing+=(${packages[$part]%%:*})
done
[ ${#missing[@]} -gt 0 ] || exit 0

command -v apt-get >/dev/null 2>&1 || {
  echo "These programs are missing: ${missing[*]}. Install them and run this again." >&2
  exit 1
}
root=""
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null 2>&1 || {
    echo "These Debian packages are missing: ${missing[*]}. Install them as root and run this again." >&2
    exit 1
  }
  root="sudo"
fi
echo "Installing Debian packages: ${missing[*]}"
log=$(mktemp)
if ! { $root apt-get update && DEBIAN_FRONTEND=noninteractive $root apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "Installing failed; the whole log is in $log" >&2
  exit 1
fi
rm -f "$log"
