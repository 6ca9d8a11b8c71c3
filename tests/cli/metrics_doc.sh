#!/bin/bash
# The tables of docs/metrics.md are those of the program.
#   usage: tests/cli/metrics_doc.sh [--update]     --update writes them anew into the page
. "${0%/*}/kit.bash"

page=$root/docs/metrics.md
run_to tables describe metrics
awk '/^<!-- evenscore describe metrics -->$/ { print; print ""; while ((getline line < "tables") > 0) print line
  print ""; skip = 1; next } /^<!-- end -->$/ { skip = 0 } !skip' "$page" >new
[ "$(grep -c '^<!-- ' new)" -eq 2 ] || fail "docs/metrics.md has no place for the tables"
if [ "${1:-}" = --update ]; then cat new >"$page"; fi
same new "$page" "docs/metrics.md is not current (tests/cli/metrics_doc.sh --update)"

# What the page says a new measure costs is enough.
b=$(dirname "$es")
[ -e "$b/libevenscore.a" ] || { echo "skipped: no libevenscore.a beside $es"; exit 0; }
awk '/^## A measure of your own/ { on = 1 } on && /^```/ { n++ } on && n == 1 && !/^```/' "$page" >lines
[ "$(grep -c . lines)" -le 5 ] || fail "a new measure costs more than five lines"
grep '^RATE' lines >function; grep -v '^RATE' lines >row
python3 - "$root/harness/measure/metric.c" >metric.c <<'END'
import sys
text, rate, row = (open(name).read() for name in (sys.argv[1], 'function', 'row'))
text = text.replace('RATE(error_rate)', rate + 'RATE(error_rate)', 1)
print(text.replace('};\nconst size_t es_metric_count', row + '};\nconst size_t es_metric_count', 1), end='')
END
{ read -r cc; read -r cpp; read -r c; read -r ld; read -r libs; } < <(cd "$root" && make -s --no-print-directory \
  B="$b" print-CC print-CPPFLAGS print-CFLAGS print-LDFLAGS print-LIBS 2>/dev/null)
# shellcheck disable=SC2086
(cd "$root" && $cc $cpp -I"$b" $c -Werror -c -o "$work/metric.o" "$work/metric.c" &&
  $cc $c $ld -o "$work/evenscore" "$b"/harness/cli/*.o "$work/metric.o" "$b/libevenscore.a" $libs) ||
  fail "the page's measure does not compile"
es=$work/evenscore
run_to description describe denied_in_error_ratio
printf 'y,d,g\n1,0,a\n0,0,a\n1,1,a\n1,0,b\n0,0,b\n0,0,b\n0,0,b\n' >people.csv
run_to rates audit people.csv --outcome y --favorable-outcome 1 --decision d --favorable-decision 1 --group g \
  --metrics denied_in_error,denied_in_error_difference --format csv
figures rates <<END
g a denied_in_error - 0.5 0
g - denied_in_error_difference between_groups 0.25 0
END
