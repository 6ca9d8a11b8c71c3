#!/bin/bash
# The same study gives the same bytes: again, elsewhere, and in all that tests/same-bytes.sh tells a program.
. "${0%/*}/kit.bash"

run_to once run -o once.json
run_to twice run -o twice.json
same once.json twice.json "run twice"
same once twice "printed twice"
"$root/tests/same-bytes.sh" "$es" >matrix 2>&1 || fail "$(grep -v '^ok ' matrix)"
grep '^skipped: ' matrix
EVENSCORE_LANES=wide "$es" run >out 2>err; [ $? -eq 2 ] || fail "a width that is none is taken"
[ "$(wc -l <err)" -eq 1 ] && grep -q 'EVENSCORE_LANES=wide: there is no such width' err || fail "$(cat err)"
LC_ALL=C.UTF-8 TZ=Asia/Tokyo run_to out run -o place.json
same once.json place.json "elsewhere"
run_to out run --seed 7 --people 5000 -o other.json
cmp -s once.json other.json && fail "another seed gives the same bytes"
grep -qE '"(date|time|host|user)' once.json && fail "the results say where or when they were made"
grep -q "$work" once.json && fail "the results hold a path"
exit 0
