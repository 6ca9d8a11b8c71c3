#!/bin/bash
# Bugs planted in a scorer turn the default gate red; the same sums in another order leave it green.
. "${0%/*}/kit.bash"

# Points for each record, and for each that is missing: a scorecard's missing bin.
cat >card.c <<'END'
#include "scorers/scorer.h"

static enum es_status score(const void *state, const void *options, const struct es_frame *frame,
                            struct es_scores *out, struct es_context *ctx)
{
  (void)state, (void)options, (void)ctx;
  size_t flipped = frame->columns;
  for (size_t c = frame->columns; FLIP && c-- > 0;)
    if (frame->column[c].direction != 0) flipped = c; /* the first that speaks for or against */
  for (size_t i = 0; i < frame->people; i++) {
    double sum = 0;
    bool scored = true;
    for (size_t k = 0; k < frame->columns; k++) {
      size_t c = BACKWARDS ? frame->columns - 1 - k : k;
      double sign = c == flipped ? -1 : 1;
      if (es_seen(frame, c, i)) sum += sign * frame->column[c].direction * frame->value[c][i];
      else if (!RURAL_DROPPED || frame->group[0][i] != 2) sum -= 0.25;
      else scored = false;
    }
    if (scored) out->value[i] = sum;
    else es_unscorable(out, i, ES_NO_RECORD);
  }
  return ES_OK;
}

ES_SCORER(card) = {.api = ES_SCORER_API, .name = "card", .summary = "points", .flags = ES_SEES_GROUPS,
                   .score = score};
END
build() { # flags…
  cc -shared -fPIC -O1 -I"$root" -DFLIP=0 -DRURAL_DROPPED=0 -DBACKWARDS=0 "$@" -o card.so card.c 2>err ||
    fail "cc: $(cat err)"
}
cat >evenscore.ini <<'END'
[study]
population = cn-2017
scorer = ./card.so
people = 8000
train = 1000
replicates = 10
END
build
run_to out check --update
run_to out check
grep -q '^GREEN' out || fail "no change: $(cat out)"
build -UBACKWARDS -DBACKWARDS=1
run_to out check
grep -q '^GREEN' out || fail "sums in another order: $(cat out)"
for bug in FLIP RURAL_DROPPED; do
  build -U$bug -D$bug=1
  "$es" check >out 2>err
  status=$?
  [ $status -eq 1 ] && grep -q '^RED' out || fail "$bug: exit $status: $(cat out err)"
  case $bug in FLIP) wanted='AUC' ;; *) wanted='parity gap' ;; esac
  grep -q "^$wanted .*REGRESSION" out || fail "$bug: $wanted is no regression: $(cat out)"
done
exit 0
