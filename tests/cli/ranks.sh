#!/bin/bash
# Job scripts as they stand; and MPI: any number of ranks gives the bytes of one process; a rank that dies ends the run and leaves what was done.
. "${0%/*}/kit.bash"
study="--people 20000 --train 2000 --bootstrap 20 --attribute demographic_parity_difference"
# shellcheck disable=SC2086
run_to one.txt run $study -o one.json
for i in 1 2 3; do
  # shellcheck disable=SC2086
  SLURM_ARRAY_TASK_ID=$i SLURM_ARRAY_TASK_COUNT=3 SLURM_CPUS_PER_TASK=2 EVENSCORE=$es \
    bash "$root/docs/examples/slurm-array.sh" $study >out 2>err || fail "slurm-array.sh: $(cat err)"
done
run_to out merge shard-1.json shard-2.json shard-3.json -o merged.json
same one.json merged.json slurm-array.sh
need_mpi
ranks() { # N, then the arguments
  local n=$1; shift
  timeout 100 mpirun --oversubscribe -n "$n" "$mpi" "$@" --threads 1 >out 2>err || fail "$n ranks, $*: $(tail -n 5 err)"
}
for n in 1 3; do
  # shellcheck disable=SC2086
  ranks $n run $study -o ranks.json
  same one.json ranks.json "$n ranks"
  [ "$(grep -c '^logistic ' out)" -ge 1 ] && [ "$(grep -c 'seed 2018' out)" -eq 1 ] || fail "not rank 0 alone prints"
done
# shellcheck disable=SC2086
MPIRUN_FLAGS=--oversubscribe SLURM_NTASKS=2 SLURM_CPUS_PER_TASK=1 EVENSCORE=$mpi \
  bash "$root/docs/examples/slurm-mpi.sh" $study >out 2>err || fail "slurm-mpi.sh: $(cat err)"
same one.json results.json slurm-mpi.sh
timeout 60 mpirun --oversubscribe -n 3 "$mpi" run --population nope >out 2>err
[ $? -eq 2 ] && [ "$(grep -c 'there is no population' err)" -eq 1 ] || fail "a wrong name: $(cat err)"
grep -q ', MPI [0-9]' <<<"$("$mpi" --version)" || fail "--version does not say MPI: $("$mpi" --version)"
[[ "$("$es" --version)" != *MPI* ]] || fail "--version says MPI"
for n in 1 2; do
  ranks $n run --people 2000 --train 1000
  ! grep -q $'\e' out err || fail "$n ranks: colours, and not on a terminal"
done

# killed RANK SECONDS: that rank dies so long after all have begun; the status of mpirun.
killed() {
  local rank=$1 seconds=$2 run status pid all=''
  rm -f ranks.json
  mpirun --oversubscribe -n 3 "$mpi" run "${long[@]}" --threads 1 -o ranks.json >out 2>err & run=$!
  until [ "$(wc -w <<<"$all")" -eq 3 ]; do sleep 0.05; kill -0 $run || break; all=$(pgrep -P $run); done
  sleep "$seconds"
  for pid in $all; do
    tr '\0' '\n' <"/proc/$pid/environ" | grep -qx "OMPI_COMM_WORLD_RANK=$rank" && kill -KILL "$pid"
  done 2>gone
  wait $run; status=$?
  for pid in $all; do
    timeout 10 tail --pid="$pid" -f /dev/null || fail "rank $rank died, another is left"
  done
  return $status
}
# deaths PEOPLE: ranks other than 0 die, sooner and later; whether the run was under way at one of them.
deaths() {
  local at kept=0 said=0
  long=(--people "$1" --train 1000 --bootstrap 0 --scorer logistic --scorer oracle)
  run_to table run "${long[@]}" -o whole.json
  for at in 1:0.3 2:0.7 1:1.2 2:2; do
    killed "${at%:*}" "${at#*:}" && break # it was over
    grep -q "rank ${at%:*} .*signal 9" err || fail "rank ${at%:*} died: $(cat err)"
    # mpirun, which is ending, does not always pass it on.
    said=$((said + $(grep -c 'people, or another rank has ended; what was done is kept in ranks.json' err)))
    [ -e ranks.json ] || continue # it had not begun
    if [ "$(head -c 28 ranks.json)" = '{"schema":"evenscore-tallies' ]; then
      kept=$((kept + 1))
      run_to table run --resume ranks.json
    fi
    same whole.json ranks.json "after rank ${at%:*} died"
  done
  [ $kept -ge 1 ] && [ $said -ge 1 ]
}

# With rank 0 goes what it has done since it saved last.
death_of_the_first() {
  local seconds saved=0
  for seconds in 0.5 1 2; do
    killed 0 $seconds && break
    [ -e ranks.json ] || continue
    saved=$((saved + 1))
    run_to table run --resume ranks.json
    same whole.json ranks.json "resumed after rank 0 died"
  done
  [ $saved -ge 1 ]
}

# Where the machine is too quick, or too busy to kill in time, with more people.
deaths 6000000 || deaths 30000000 || deaths 150000000 || fail "no rank died in time: $(cat err)"
long+=(--save-every 0.01)
death_of_the_first || { deaths 150000000; long+=(--save-every 0.01); death_of_the_first; } ||
  fail "rank 0 died, and nothing was saved"
