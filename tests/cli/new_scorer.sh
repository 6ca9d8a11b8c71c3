#!/bin/bash
# What scorers/README.md tells a newcomer, in a copy of the sources: its listings are saved as they stand, its
# commands are run in order, by one shell that stops at the first failure; then all of its scorers are held to the
# contract.
. "${0%/*}/kit.bash"

unset MFLAGS B # the copy is a build of its own
export MAKEFLAGS="-s -j2 -- CC=${CC:-cc} CFLAGS=-O1\\ -Werror" HOME=$work/home
page=$root/scorers/README.md
copy=$work/copy
mkdir "$copy" && cd "$root" && cp -r Makefile scorers datasets harness reports "$copy" &&
  mkdir "$copy/tests" && cp -r tests/tests.mk tests/kit.h tests/test_conformance.c tests/foreign "$copy/tests" &&
  mkdir "$copy/docs" "$HOME" && cp -r docs/examples docs/evenscore.1 "$copy/docs" || fail "no copy"
cd "$copy" || exit 1
make -s new-scorer NAME=conformance_probe >out 2>&1 || fail "make new-scorer: $(cat out)"
make -s new-scorer NAME=conformance_probe >out 2>&1 && fail "make new-scorer writes over a scorer"
make -s new-scorer NAME=Not-a-name >out 2>&1 && fail "make new-scorer takes a wrong name"

# Each listing begins with its file's name.
awk '/^```c$/ { inside = 1; next } /^```$/ { inside = 0; file = "" }
     inside && file == "" { if (!match($0, /scorers\/[a-z_]+\.c/)) { print "no name: " $0; exit 1 }
                            file = substr($0, RSTART, RLENGTH); print file >"listings" }
     inside { print >file }' "$page" || fail "a listing of scorers/README.md has no name"
[ "$(wc -l <listings)" -ge 2 ] || fail "scorers/README.md has $(wc -l <listings) listings"
smallest=$(xargs wc -l <listings | sort -n | awk 'NR == 1 {print $1}')
[ "$smallest" -le 25 ] || fail "the smallest scorer of scorers/README.md takes $smallest lines"

diff <(awk '/^```python$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$page") docs/examples/my_model.py >out ||
  fail "docs/examples/my_model.py is not as scorers/README.md shows it: $(cat out)"

# --- the commands ---------------------------------------------------------------------------------
awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$page" >commands
bash -e commands >said 2>err || fail "scorers/README.md: its commands fail after $(tail -n 3 said): $(tail -n 5 err)"
for name in my_score my_records records my_model score; do # of the CSV: its column
  grep -q "^$name " said || fail "scorers/README.md: its commands show no row of $name"
done

# --- held to the contract -------------------------------------------------------------------------
names="my_records my_score conformance_probe $(sed 's|scorers/||; s|\.c||' listings)"
make EXTRA_SCORERS="$HOME/scorers" build/evenscore build/tests/test_conformance >out 2>&1 || fail "the copy does not build: $(tail -n 20 out)"
build/tests/test_conformance -j2 >out 2>&1 || fail "conformance: $(grep -v '^\[PASS' out | tail -n 20)"
build/evenscore list scorers >list
for name in $names; do
  grep -q "^$name " list || fail "$name is not listed"
  build/evenscore run --scorer "$name" --scorer logistic --people 3000 --train 2000 >table 2>&1 &&
    grep -q "^$name " table || fail "run --scorer $name: $(head -n 5 table)"
done
for way in my_records ./records.so; do
  build/evenscore run --scorer "$way" --people 9000 --train 5000 --format csv | sed 's/my_records/records/' >"$work/csv"
  [ ! -e "$work/csv.1" ] || same "$work/csv.1" "$work/csv" "compiled in and as a shared object"
  mv "$work/csv" "$work/csv.1"
done
exit 0
