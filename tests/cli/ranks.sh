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
command -v mpirun >/dev/null && pkg-config --exists ompi-c 2>/dev/null || { echo "skipped: no mpirun"; exit 0; }
case "$(make -s -C "$root" print-CFLAGS 2>/dev/null)$es" in
  *sanitize*|*clang*) echo "skipped: MPI is tested in the build of gcc"; exit 0;;
esac
unset MAKEFLAGS MFLAGS
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_btl_vader_single_copy_mechanism=none
make -s -j2 -C "$root" MPI=1 B=build/mpi build/mpi/evenscore >build.out 2>&1 || fail "make MPI=1: $(tail -n 5 build.out)"
mpi=$root/build/mpi/evenscore
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
