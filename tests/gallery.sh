#!/bin/bash
# Whether docs/gallery.md and its figures' numbers and scripts are what the program makes of them.
# Pictures are not compared: another gnuplot draws other bytes.   usage: tests/gallery.sh [evenscore]
set -u
program=$(realpath "${1:-evenscore}")
cd "$(dirname "$0")/.." || exit 1
command -v gnuplot >/dev/null || { echo 'skipped: no gnuplot: docs/gallery.md'; exit 0; }
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
EVENSCORE=$program PICTURE=no docs/gallery/make.sh "$made" || exit 1
failed=0
for file in gallery.md $(cd "$made" && echo gallery/*.dat gallery/*.gp); do
  diff "docs/$file" "$made/$file" >"$made/diff" 2>&1 && continue
  echo "docs/$file is out of date: run make gallery"; head -n 10 "$made/diff"; failed=1
done
[ "$(cd docs/gallery && echo *.svg)" = "$(cd "$made/gallery" && echo *.svg)" ] ||
  { echo 'other figures: run make gallery'; failed=1; }
exit $failed
