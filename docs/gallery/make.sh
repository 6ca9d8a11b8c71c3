#!/bin/bash
# Makes docs/gallery.md, and the figures beside this script: every format and figure of one study.
#   usage: docs/gallery/make.sh [folder]     the folder that holds gallery.md [docs]
# Needs gnuplot; the picture of the page is made where Chromium is.
set -eu
export LC_ALL=C.UTF-8
root=$(cd "$(dirname "$0")/../.." && pwd)
es=${EVENSCORE:-$root/evenscore} to=${1:-$root/docs}
mkdir -p "$to/gallery"
to=$(cd "$to" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
study='--people 12000 --scorer logistic --scorer rule_list --scorer composite_index --scorer oracle
  --attribute demographic_parity_difference --sweep coverage_gap=0:1:0.5 --periods 12'
# shellcheck disable=SC2086
"$es" run $study -o results.json >/dev/null
"$es" report results.json --figures figures >said

# block LANGUAGE, from standard input
block() { printf '```%s\n' "$1"; cat; printf '```\n\n'; }
show() { # a format, as text of that language: its first lines
  printf '```\n./evenscore report results.json --format %s\n```\n\n' "$1"
  "$es" report results.json --format "$1" >whole
  head -n "$3" whole | block "$2"
  [ "$(wc -l <whole)" -le "$3" ] || printf '… and %d more lines.\n\n' $(($(wc -l <whole) - $3))
}
{
  printf '# Gallery\n\nEvery format and figure of one study, made by `make gallery`:\n\n'
  printf './evenscore run %s -o results.json\n' "$study" | sed 's/$/ \\/; $s/ \\$//' | block ''
  printf '## Formats\n\n'
  "$es" list reports | while read -r name summary; do
    printf '### %s\n\n%s.\n\n' "$name" "${summary^}"
    case $name in
    markdown)
      printf '```\n./evenscore report results.json --format markdown\n```\n\n'
      "$es" report results.json --format markdown | sed 's/^### /##### /' | awk '/^##### / && n++ { exit } { print }'
      printf '\n' ;;
    html)
      printf '```\n./evenscore report results.json --format html -o report.html\n```\n\n'
      printf '![The page: a sentence, the table with filters, the first groups](gallery/page.png)\n\n' ;;
    text) show text '' 32 ;;
    json) show json json 12 ;;
    csv) show csv csv 6 ;;
    *) show "$name" "$name" 40 ;;
    esac
  done
  printf '## Figures\n\n```\n./evenscore report results.json --figures gallery\n```\n\n'
  printf 'Also `--figure-format pdf`, `png` and `tikz`. Beside each picture lie its numbers and the\n'
  printf 'gnuplot script that draws it, to be restyled: `gnuplot forest.gp` draws it again. A figure whose\n'
  printf 'data the results do not have is left out, with the reason on a line. The same figures are in the\n'
  printf 'HTML page, which needs no gnuplot.\n'
  while IFS=: read -r path title; do
    name=${path##*/} name=${name%.svg}
    printf '\n### %s\n\n' "${title# }"
    sed -n '2s/^# //p' "figures/$name.gp"
    printf '\n![%s](gallery/%s.svg)\n\n[Numbers](gallery/%s.dat), [script](gallery/%s.gp)\n' \
      "${title# }" "$name" "$name" "$name"
  done < <(grep -v '^left out' said)
} >gallery.md
cp figures/* "$to/gallery/"
cp gallery.md "$to/gallery.md"

command -v chromium >/dev/null && [ "${PICTURE:-yes}" = yes ] || exit 0
"$es" report results.json --format html -o page.html
chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
  --disable-component-update --disable-sync --user-data-dir="$work/profile" --hide-scrollbars \
  --window-size=900,640 --screenshot="$to/gallery/page.png" "file://$work/page.html" >/dev/null 2>&1
