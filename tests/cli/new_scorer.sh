#!/bin/bash
# A scorer is one file: the template and the listings of scorers/README.md, each saved as it stands in
# a copy of the sources, are built, listed, run and held to the contract.
. "${0%/*}/kit.bash"

unset MAKEFLAGS MFLAGS # the copy is its own build
copy=$work/copy
mkdir "$copy" && cd "$root" && cp -r Makefile scorers datasets harness reports "$copy" &&
  mkdir "$copy/tests" && cp -r tests/tests.mk tests/kit.h tests/test_conformance.c tests/foreign "$copy/tests" &&
  mkdir "$copy/docs" && cp -r docs/examples "$copy/docs" || fail "no copy"
cd "$copy" || exit 1
make -s new-scorer NAME=conformance_probe >out 2>&1 || fail "make new-scorer: $(cat out)"
make -s new-scorer NAME=conformance_probe >out 2>&1 && fail "make new-scorer writes over a scorer"
make -s new-scorer NAME=Not-a-name >out 2>&1 && fail "make new-scorer takes a wrong name"

# Each listing begins with its file's name.
awk '/^```c$/ { inside = 1; next } /^```$/ { inside = 0; file = "" }
     inside && file == "" { if (!match($0, /scorers\/[a-z_]+\.c/)) { print "no name: " $0; exit 1 }
                            file = substr($0, RSTART, RLENGTH); print file >"listings" }
     inside { print >file }' "$root/scorers/README.md" || fail "a listing of scorers/README.md has no name"
[ "$(wc -l <listings)" -ge 2 ] || fail "scorers/README.md has $(wc -l <listings) listings"
smallest=$(xargs wc -l <listings | sort -n | awk 'NR == 1 {print $1}')
[ "$smallest" -le 25 ] || fail "the smallest scorer of scorers/README.md takes $smallest lines"

# A folder of one's own, compiled in; one of its scorers also as a shared object.
mkdir "$work/extra" && sed 's/records/compiled/g' "$root/docs/examples/records.c" >"$work/extra/compiled.c"
gcc -shared -fPIC -I"$root" -o "$work/records.so" "$root/docs/examples/records.c" || fail "no shared object"

names="compiled conformance_probe $(sed 's|scorers/||; s|\.c||' listings)"
make -s -j2 B=build EXTRA_SCORERS="$work/extra" CC="${CC:-cc}" CFLAGS="-O1 -Werror" build/evenscore build/tests/test_conformance >out 2>&1 ||
  fail "the copy does not build: $(tail -n 20 out)"
build/tests/test_conformance -j2 >out 2>&1 || fail "conformance: $(grep -v '^\[PASS' out | tail -n 20)"
build/evenscore list scorers >list
for name in $names; do
  grep -q "^$name " list || fail "$name is not listed"
  build/evenscore run --scorer "$name" --scorer logistic --people 3000 --train 2000 >table 2>&1 &&
    grep -q "^$name " table || fail "run --scorer $name: $(head -n 5 table)"
done
for way in compiled "$work/records.so"; do
  build/evenscore run --scorer "$way" --people 9000 --train 5000 --format csv | sed 's/compiled/records/' >"$work/csv"
  [ ! -e "$work/csv.1" ] || same "$work/csv.1" "$work/csv" "compiled in and as a shared object"
  mv "$work/csv" "$work/csv.1"
done
exit 0
