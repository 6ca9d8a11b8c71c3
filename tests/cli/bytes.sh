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
LC_ALL=C.UTF-8 TZ=Asia/Tokyo run_to out run -o place.json
same once.json place.json "elsewhere"
run_to out run --seed 7 --people 5000 -o other.json
cmp -s once.json other.json && fail "another seed gives the same bytes"
grep -qE '"(date|time|host|user)' once.json && fail "the results say where or when they were made"
grep -q "$work" once.json && fail "the results hold a path"
exit 0
