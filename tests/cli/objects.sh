#!/bin/bash
# Scorers in shared objects, also such as crash, hang and lie: each costs its own row and one line,
# and leaves nothing behind.
. "${0%/*}/kit.bash"
export TMPDIR=$work/tmp && mkdir "$TMPDIR"
unset MAKEFLAGS MFLAGS

# --- installed headers, and the one line that builds an object ----------------------------------
make -s -C "$root" B="$(dirname "$es")" CC="${CC:-cc}" PREFIX="$work/usr" install-headers || fail "make install-headers"
cp "$root/docs/examples/records.c" .
flags=-I$work/usr/include/evenscore
if command -v pkg-config >/dev/null; then
  flags=$(PKG_CONFIG_PATH=$work/usr/lib/pkgconfig pkg-config --cflags evenscore) || fail "no evenscore.pc"
fi
build() { # file.so, flags…
  local to=$1; shift
  gcc -shared -fPIC -O2 $flags -o "$to" "$@" 2>err || fail "gcc -o $to: $(cat err)"
}
build records.so -Wall -Wextra -Werror records.c
run_to table run --scorer ./records.so:least=2 --scorer logistic --people 3000 --train 1000 -o one.json
grep -q '^records ' table || fail "records.so has no row: $(head -n 12 table)"
run_to table run --scorer records.so:least=2 --scorer logistic --people 3000 --train 1000
run_to out describe ./records.so
grep -q 'least = N *fewest records to be scored on \[3\]' out || fail "describe ./records.so: $(cat out)"
grep -q 'time_limit = N' out || fail "describe ./records.so says nothing of its limits"
printf '[study]\npopulation = null\npeople = 1500\ntrain = 500\nscorer = ./records.so\n[scorer records]\nleast = 4\n' >s.ini
run_to out run s.ini -o s.json
grep -q '"least": 4' s.json || fail "[scorer records] does not set an option of records.so"

# Gates see the dates of records there, too: as many have no score as by a scorer of this build.
cat >gated.c <<'END'
#include "scorers/scorer.h"
struct options { int gate; };
static const struct es_option table[] = {ES_GATE_OPTION(struct options), {0}};
static enum es_status score(const void *state, const void *options, const struct es_frame *frame,
                            struct es_scores *out, struct es_context *ctx)
{
  (void)state;
  ES_TRY(es_apply_gate((enum es_gate)((const struct options *)options)->gate, frame, out, ctx));
  for (size_t i = 0; i < frame->people; i++) if (out->why[i] == ES_SCORED) out->value[i] = 1;
  return ES_OK;
}
ES_SCORER(gated) = {.api = ES_SCORER_API, .name = "gated", .summary = "one score for all", .options = table,
                    .options_size = sizeof(struct options), .score = score};
END
build gated.so -Wall -Wextra -Werror gated.c
run_to out run --population us-bureau --people 6000 --train 1000 --scorer ./gated.so:gate=fico_6_6 --scorer scorecard:gate=fico_6_6 -o gated.json
python3 -c "
import json
a, b = ([c['unscorable'] for c in t['cells']] for t in json.load(open('gated.json'))['tallies'])
assert a == b and len(a[0]) == 3, (a, b)" || fail "gated.so gates otherwise"

# Its options can be swept, by the scorer's name, on top of those that are given.
run_to table run --scorer ./records.so:least=5 --people 1500 --train 500 --bootstrap 0 --sweep records.least=1,3 --format csv --table sweep
for least in 1 3; do
  run_to alone run --scorer ./records.so:least=$least --people 1500 --train 500 --bootstrap 0 --format csv --metrics abstention_rate
  rate=$(awk -F, '$5 == "all" || /,abstention_rate,/ {print; exit}' alone | grep -oE '0\.[0-9]{6,}' | head -n 1)
  [ -n "$rate" ] && grep -q "^records.least,$least,.*abstention_rate.*$rate" table || fail "sweep of records.least=$least: no $rate in $(cat table)"
done
"$es" run --scorer ./records.so --people 1500 --train 500 --sweep records.leas=1,3 >out 2>err
[ $? -eq 2 ] && grep -q 'scorer records: there is no option "leas"; did you mean "least"' err || fail "sweep of no option: $(cat err)"

# The same bytes for any number of threads.
run_to out run --scorer ./records.so --people 9000 --train 5000 --threads 1 -o 1.json
for threads in 2 5; do
  run_to out run --scorer ./records.so --people 9000 --train 5000 --threads $threads -o n.json
  same 1.json n.json "records.so, --threads $threads"
done

# Everything that an author's headers declare is there to be called.
if command -v nm >/dev/null; then
  nm -D --defined-only "$es" | awk '{print $NF}' | sort >exported
  cat "$work"/usr/include/evenscore/*/*.h "$work"/usr/include/evenscore/*/*/*.h |
    grep -v 'static inline' | grep -oE '^[a-z][a-z_0-9 *]*\bes_[a-z_0-9]+\(' | grep -oE 'es_[a-z_0-9]+\(' | tr -d '(' | sort -u >declared
  [ "$(wc -l <declared)" -gt 30 ] || fail "only $(wc -l <declared) functions are declared"
  missing=$(comm -23 declared exported)
  [ -z "$missing" ] || fail "declared for authors, not exported: $missing"
fi

# --- what cannot be loaded ----------------------------------------------------------------------
refused() { # what, regex, spec
  "$es" run --population null --people 1000 --train 500 --scorer "$3" --scorer constant >out 2>err
  [ $? -eq 2 ] && [ ! -s out ] && [ "$(wc -l <err)" = 1 ] && grep -qE "$2" err || fail "$1: $(cat err)"
}
h=$root/tests/foreign/hostile.c
refused 'missing file' './none.so: there is no such file' ./none.so
echo 'no object' >text.so
refused 'not an object' './text.so: cannot be loaded: (invalid ELF header|file too short)' ./text.so
echo 'int x;' >empty.c && build empty.so empty.c
refused 'no scorer' './empty.so: holds no scorer' ./empty.so
echo 'void no_such(void); __attribute__((constructor)) void f(void) { no_such(); }' >u.c && build u.so u.c
refused 'undefined symbol' './u.so: cannot be loaded: undefined symbol: no_such' ./u.so
build api.so -DAPI=99 "$h"
api=$(sed -n 's/^#define ES_SCORER_API \([0-9]*\)u$/\1/p' "$root/scorers/scorer.h")
refused 'another API' "./api.so: speaks scorer API 99, this program $api;" ./api.so
build constant.so -DNAME=constant "$h"
refused 'name of a scorer of the build' 'a scorer of this build is called constant; rename yours' ./constant.so
build crash.so '-DAT_LOAD=raise(SIGSEGV)' "$h"
refused 'crash while loading' './crash.so: crashed \(Segmentation fault\) while it was loaded' ./crash.so
build h.so "$h"
refused 'unknown option' 'hostile: there is no option "shar"; did you mean "share"' ./h.so:shar=1
refused 'option out of range' 'share = 2: give a number from 0 to 1' ./h.so:share=2

# --- what goes wrong at work --------------------------------------------------------------------
# costs OPTIONS REGEX: the row says why, the other scorer stands, and nobody is left.
costs() {
  "$es" run --population null --people 2500 --train 500 --scorer "$work/h.so:time_limit=2,$1" --scorer constant \
    --bootstrap 0 -o "r.json" >out 2>err || fail "$1 ends the run: $(cat err)"
  [ ! -s err ] || fail "$1: on stderr: $(cat err)"
  [ "$(grep -cE "\"hostile on null: $2\"" r.json)" = 1 ] || fail "$1: no \"$2\" in $(grep 'hostile on' r.json)"
  grep -q '^constant .*0\.500' out || fail "$1: constant does not stand: $(cat out)"
  grep -q '^hostile .*undefined' out || fail "$1: the row of hostile: $(grep ^hostile out)"
}
crash='crashed \((Segmentation fault|Bus error)\)'
costs does=nan 'scorer hostile, person [0-9]*: neither a score nor a reason .*'
costs does=reason 'scorer hostile, person [0-9]*: the reason for having no score is not one'
costs does=segv "$crash while scoring"
costs does=segv,when=fit "$crash while learning"
costs does=stack "$crash while scoring"
costs does=fpe 'crashed \(Floating point exception\) while scoring'
costs does=abort,when=fit 'crashed \(Aborted\) while learning'
costs does=wild '(crashed|scorer hostile).*'
costs does=exit 'ended with exit status 0 while scoring'
costs does=exit,when=fit 'ended with exit status 0 while learning'
costs does=memory,memory_limit=100 'crashed \(Aborted\) while scoring'
costs does=fail,when=fit 'will not learn \?'
costs does=loop,time_limit=0.2 'took more than 0.2 s while scoring \(time_limit\)'
costs does=loop,when=fit,time_limit=0.2 'took more than 0.2 s while learning \(time_limit\)'

# The reason is the same for any number of threads.
for threads in 1 3; do
  "$es" run --population null --people 9000 --train 500 --scorer "$work/h.so:does=nan" --bootstrap 0 --threads $threads \
    -o nan$threads.json >out 2>err || fail "nan: $(cat err)"
done
same nan1.json nan3.json 'nan, --threads 1 and 3'

# What harms nobody: prints, children, threads, what is left behind by one call for another.
fine() {
  run_to out run --population null --people 2500 --train 500 --scorer "$work/h.so:$1" --bootstrap 0 --threads 2
  grep -q '^hostile .*0\.0000' out && ! grep -q 'hostile on null' out || fail "$1: $(cat out)"
}
build h.so -fopenmp "$h"
for act in print children threads count; do fine does=$act; fine does=$act,when=fit; done
fine "numbers=3,4,5,word=handed on"
grep -q 'learned from 500 people: 3 numbers, "handed on"' out || fail "options do not arrive: $(grep ^Warn out)"
run_to out run --population null --people 1000 --train 500 --scorer "$work/h.so:does=segv,when=describe" --bootstrap 0
grep -qE "Warning: hostile: $crash while describing itself" out || fail "describe: $(cat out)"
left() { grep -lz "$work/h[.]so" /proc/[0-9]*/cmdline 2>/dev/null; } # processes that still run it
[ -z "$(left)" ] || fail "processes are left: $(left)"
[ -z "$(ls -A "$TMPDIR")" ] || fail "files are left: $(ls "$TMPDIR")"

# Ctrl-C while it loops.
"$es" run --population null --people 2500 --train 500 --scorer "$work/h.so:does=loop,when=fit" -o never.json >out 2>err &
pid=$!; sleep 0.5; kill -INT $pid; wait $pid; rc=$?
[ $rc -eq 3 ] && grep -q 'interrupted; what was done is kept in never.json' err || fail "Ctrl-C: exit $rc: $(cat err)"
"$es" run --population null --people 2500 --train 500 --scorer "$work/h.so:does=loop,when=fit" >out 2>err &
pid=$!; sleep 0.5; kill -KILL $pid; wait $pid 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do
  [ -n "$(left)" ] || exit 0
  sleep 0.1
done
fail "processes outlive a killed program: $(left)"
