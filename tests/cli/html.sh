#!/bin/bash
# The command and the hash on the page make the same results again.
. "${0%/*}/kit.bash"

part() { # label: the text of that block of page.html
  python3 - "$1" <<'END'
import html, re, sys
print(html.unescape(re.search(rf'aria-label="{sys.argv[1]}">(.*?)</pre>', open('page.html').read(), re.S)[1]), end='')
END
}
again() { # what it is about, then the study's arguments
  local about=$1; shift
  run_to out "$@" -o results.json
  run_to out report results.json --format html -o page.html
  [ "$(part 'Hash of the results')" = "$(sha256sum results.json)" ] || fail "$about: another hash"
  mv results.json first.json
  (evenscore() { "$es" "$@"; }; eval "$(part Command)") >out 2>err || fail "$about: the command fails: $(cat err)"
  same first.json results.json "$about"
}
again 'a study' run --people 2000 --train 1000 --scorer 'logistic:l2=2' --scorer constant --bootstrap 0 --small 0 \
  --set coverage_gap=0.5 --policy rate:share=0.7 --policy rate:share=0.6 --title "it's <so> \$(far)" --seed 0
again 'a system' run --system court-list --people 2000 --train 1000
printf 'y,s,g\n1,0.9,a\n0,0.2,b\n1,0.4,a\n0,.6,b\n1,.7,b\n0,.1,a\n' >people.csv
again 'an audit' audit people.csv --outcome y --favorable-outcome 1 --score s --higher-is better --group g --cutoff 0.5
exit 0
