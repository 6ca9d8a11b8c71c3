#!/bin/bash
# Real signals at several moments: what was done is kept, and completed to the same bytes.
. "${0%/*}/kit.bash"

# interrupted SIGNAL SECONDS ARGUMENTS…: whether the run was stopped before its end
interrupted() {
  local signal=$1 seconds=$2; shift 2
  "$es" run "$@" >out 2>err & local pid=$!
  sleep "$seconds"
  kill -"$signal" $pid 2>kill.err
  wait $pid; local status=$?
  [ $status -eq 0 ] && return 1
  [ $status -eq 3 ] && [ ! -s out ] && [ "$(wc -l <err)" -eq 1 ] || fail "$signal after $seconds s: exit $status: $(cat err)"
}

study=(--people 150000 --train 2000 --scorer logistic --scorer oracle --bootstrap 20
  --attribute demographic_parity_difference)
run_to table run "${study[@]}" -o whole.json
stopped=0
for at in INT:0.02 TERM:0.1 INT:0.3 TERM:0.5; do
  rm -f part.json
  interrupted "${at%:*}" "${at#*:}" "${study[@]}" -o part.json || continue
  stopped=$((stopped + 1))
  grep -q 'kept in part.json: evenscore run --resume part.json completes it' err || fail "$at: $(cat err)"
  # Once more, and then to the end.
  interrupted INT 0.1 --resume part.json --threads 1 && grep -q 'kept in part.json' err
  [ "$(head -c 28 part.json)" != '{"schema":"evenscore-tallies' ] || run_to table2 run --resume part.json
  same whole.json part.json "$at, resumed"
done
[ $stopped -ge 1 ] || fail "no signal came in time"

# What was there before stays, and the sums go beside it; a shard can be resumed as well.
cp whole.json old.json
if interrupted INT 0.1 "${study[@]}" -o old.json; then
  same whole.json old.json "an interrupted run over an old file"
  grep -q 'old.json.partial: evenscore run --resume old.json.partial -o old.json' err || fail "$(cat err)"
  run_to table run --resume old.json.partial -o new.json
  same whole.json new.json "resumed from beside"
fi
if interrupted INT 0.1 "${study[@]}" --shard 2/2 -o two.json; then
  "$es" merge two.json >out 2>err && fail "an unfinished shard was merged"
  grep -q '^evenscore: two.json: finished: no; evenscore run --resume two.json' err || fail "$(cat err)"
  run_to out run --resume two.json
fi
[ -e two.json ] || run_to out run "${study[@]}" --shard 2/2 -o two.json
run_to out run "${study[@]}" --shard 1/2 -o one.json
run_to out merge one.json two.json -o merged.json
same whole.json merged.json "a resumed shard"

# What ends without a word leaves what was saved last; a whole run leaves nothing beside its results.
long=(--people 4000000 --train 1000 --bootstrap 0 --scorer logistic --scorer oracle --save-every 0.01)
run_to table run "${long[@]}" -o long.json
cp whole.json beside.json
saved=0
for seconds in 0 0.1 0.3; do # after it has saved for the first time
  "$es" run "${long[@]}" -o beside.json >out 2>err & pid=$!
  until [ -e beside.json.partial ] || ! kill -0 $pid 2>kill.err; do sleep 0.02; done
  sleep $seconds
  kill -KILL $pid 2>kill.err
  wait $pid 2>kill.err && break # it was over
  same whole.json beside.json "a run that was killed"
  saved=$((saved + 1))
  run_to table run --resume beside.json.partial -o resumed.json
  same long.json resumed.json "saved before it was killed"
done
[ $saved -ge 1 ] || fail "nothing was saved before it was killed"
run_to table run "${long[@]}" -o beside.json
same long.json beside.json "over an old file"
[ ! -e beside.json.partial ] || fail "a run that ended leaves beside.json.partial"

# A disk that is full: the old file stays, and nothing lies about.
full=(--people 2000 --train 1000 --scorer logistic --bootstrap 0)
for file in whole.json one.json; do
  cp $file kept.json
  shard=(); [ $file = one.json ] && shard=(--shard 1/2)
  (trap '' XFSZ; ulimit -f 1; "$es" run "${full[@]}" "${shard[@]}" -o kept.json >out 2>err)
  [ $? -eq 3 ] && grep -q 'kept.json: cannot write: ' err || fail "a full disk: $(cat err)"
  same $file kept.json "a full disk"
  [ "$(ls -d kept.json*)" = kept.json ] || fail "left behind: $(ls -d kept.json*)"
done
exit 0
