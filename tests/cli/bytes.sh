#!/bin/bash
# The same study gives the same bytes: again, on other threads, other BLAS kernels, in other formats.
. "${0%/*}/kit.bash"

run_to once run -o once.json
run_to twice run -o twice.json
same once.json twice.json "run twice"
same once twice "printed twice"
for threads in 1 2 7; do
  run_to out run --threads $threads -o threads.json
  same once.json threads.json "--threads $threads"
done
for core in Haswell SkylakeX Nehalem; do
  OPENBLAS_CORETYPE=$core "$es" run -o core.json >out 2>err || fail "$core: $(cat err)"
  same once.json core.json "OPENBLAS_CORETYPE=$core"
done
for width in any avx2 avx512; do
  if ! EVENSCORE_LANES=$width "$es" list scorers >out 2>err; then
    grep -q 'does not have it' err || fail "$width: $(cat err)"
    echo "skipped: this processor has no $width"; continue
  fi
  EVENSCORE_LANES=$width "$es" run -o width.json >out 2>err || fail "$width: $(cat err)"
  same once.json width.json "EVENSCORE_LANES=$width"
done
EVENSCORE_LANES=wide "$es" run >out 2>err; [ $? -eq 2 ] || fail "a width that is none is taken"
[ "$(wc -l <err)" -eq 1 ] && grep -q 'EVENSCORE_LANES=wide: there is no such width' err || fail "$(cat err)"
LC_ALL=C.UTF-8 TZ=Asia/Tokyo run_to out run -o place.json
same once.json place.json "elsewhere"
run_to out run --seed 7 --people 5000 -o other.json
cmp -s once.json other.json && fail "another seed gives the same bytes"
grep -qE '"(date|time|host|user)' once.json && fail "the results say where or when they were made"
grep -q "$work" once.json && fail "the results hold a path"
exit 0
