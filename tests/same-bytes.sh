#!/bin/bash
# The same bytes of results whatever a study runs on: threads, shards, interruptions, BLAS kernels, widths of
# vectors, what glibc is told of the processor; and with no PROGRAM named: ranks, compilers, -O levels, sizes of blocks.
#   usage: tests/same-bytes.sh [--large] [PROGRAM]
# Names each variant that differs.  --large: millions of people instead of thousands.
set -u
people=10000
[ "${1:-}" = --large ] && { people=2000000; shift; }
[ $# -gt 0 ] && set -- "$(realpath "$1")"
cd "$(dirname "$0")/.." || exit 1
es=${1:-build/evenscore}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_btl_vader_single_copy_mechanism=none
unset MAKEFLAGS MFLAGS

# Fits, scorecards and rules; every measure; worlds and batches; a process, its fates and months.
studies=(
  "--people $((people * 4))"
  "--people $people --population us-2020 --scorer logistic --scorer rule_list --scorer composite_index:weights=pca
   --attribute demographic_parity_difference"
  "--people $people --system court-list --periods 3 --refit-every 2"
  "--people $people --system us-bureau --attribute demographic_parity_difference")

passed=0 failed=0
skip() { echo "skipped: $*"; }
# each NAME HOW…: runs `HOW… run STUDY` for each study, which leaves results in $out.
each() {
  local name=$1 k differs=0; shift
  for k in "${!studies[@]}"; do
    out=$work/out.json
    rm -f "$out"
    # shellcheck disable=SC2086
    if ! "$@" run ${studies[k]} >"$work/printed" 2>&1; then
      echo "FAILED   $name: $(tail -n 3 "$work/printed")"
    elif [ ! -e "$work/$k.json" ]; then
      mv "$out" "$work/$k.json"; continue
    elif ! cmp "$work/$k.json" "$out" >"$work/where" 2>&1; then
      echo "MISMATCH $name: run" ${studies[k]}: "$(sed 's/.*differ: //' "$work/where")"
    else continue; fi
    differs=1
  done
  failed=$((failed + differs)) passed=$((passed + 1 - differs))
  [ $differs -eq 1 ] || echo "ok       $name"
  return $differs
}

# Ways to run.
plain() { "$@" -o "$out"; }
with() { local option=$1; shift; "$es" "$@" $option -o "$out"; }
under() { local setting=$1; shift; env "$setting" "$es" "$@" -o "$out"; }
ranks() { # PROGRAM N
  local program=$1 n=$2; shift 2
  timeout 600 mpirun --oversubscribe -n "$n" "$program" "$@" --threads 1 -o "$out"
}
shards() {
  local n=$1 i; shift
  rm -f "$work"/shard-*
  for ((i = 1; i <= n; i++)); do "$es" "$@" --shard "$i/$n" -o "$work/shard-$i.json" || return 1; done
  "$es" merge "$work"/shard-*.json -o "$out"
}
# The first of these moments that is not too late; then once more, and to the end.
interrupted() {
  local moment left
  for moment in 0.5 0.2 0.1 0.05 0.02; do
    rm -f "$out"
    stopped $moment "$@" --threads 1 -o "$out" || continue
    resumed=$((resumed + 1))
    stopped 0.02 run --resume "$out"
    left=$(head -c 28 "$out")
    [ "$left" != '{"schema":"evenscore-tallies' ] || "$es" run --resume "$out"
    return
  done
}
stopped() { # SECONDS, arguments
  local seconds=$1; shift
  "$es" "$@" & local pid=$!
  sleep "$seconds"; kill -TERM $pid; wait $pid
  [ $? -eq 3 ] && [ -e "$out" ]
}

# What a program can be told.
told() {
  local core width features resumed=0
  each 'again' plain "$es"
  for n in 1 2 7; do each "--threads $n" with "--threads $n"; done
  for n in 1 5; do each "$n shards" shards $n; done
  each 'interrupted and resumed' interrupted
  [ $resumed -gt 0 ] || skip 'interrupted and resumed: every run was over first'
  for core in Nehalem Haswell SkylakeX Cooperlake; do
    if OPENBLAS_CORETYPE=$core "$es" --version | grep -q " $core "; then
      each "OPENBLAS_CORETYPE=$core" under OPENBLAS_CORETYPE=$core
    else skip "this OpenBLAS or processor has no $core"; fi
  done
  for width in any avx2 avx512; do
    if EVENSCORE_LANES=$width "$es" list scorers >"$work/printed" 2>&1; then
      each "EVENSCORE_LANES=$width" under EVENSCORE_LANES=$width
    else skip "this processor has no $width"; fi
  done
  # The first names are glibc's since 2.33, the others those before.
  for features in -AVX512F,-AVX512VL,-AVX512F_Usable -AVX2,-FMA,-AVX2_Usable,-FMA_Usable; do
    each "GLIBC_TUNABLES=…$features" under GLIBC_TUNABLES=glibc.cpu.hwcaps=$features
  done
}

# made FOLDER ARGUMENTS OF MAKE…
made() {
  make -s -j"$(nproc)" B="$1" "${@:2}" "$1/evenscore" >"$work/make" 2>&1 && return
  echo "FAILED   make B=$1: $(tail -n 3 "$work/make")"; failed=$((failed + 1)); return 1
}
built() { made "build/$1" "${@:2}" && each "$1" plain "build/$1/evenscore"; }

builds() {
  local cc level
  for cc in gcc clang; do
    command -v $cc >"$work/printed" || { skip "no $cc"; continue; }
    for level in 1 3; do built "$cc-O$level" CC=$cc CFLAGS=-O$level; done
    if grep -q ' avx2 ' /proc/cpuinfo; then built "$cc-O3-v3" CC=$cc CFLAGS='-O3 -march=x86-64-v3'
    else skip 'no AVX2'; fi
  done
  built block-64-lanes-24 CPPFLAGS='-DES_BLOCK=64 -DES_LANES=24'
  built block-256-lanes-1024 CPPFLAGS='-DES_BLOCK=256 -DES_LANES=1024'
  if ! command -v mpirun >"$work/printed" || ! pkg-config --exists ompi-c; then skip 'no MPI'; return; fi
  made build/mpi MPI=1 || return
  for n in 1 3; do each "$n ranks" ranks build/mpi/evenscore $n; done
}

[ $# -gt 0 ] || made build || exit 1
each "$es" plain "$es" || exit 1
# A comparison that nothing fails is none.
if each 'another seed, which must differ' with '--seed 7' >"$work/seen"; then
  echo 'another seed gives the same bytes: nothing is compared'; exit 1
fi
[ "$(grep -c '^MISMATCH another seed' "$work/seen")" -eq ${#studies[@]} ] || { cat "$work/seen"; exit 1; }
passed=0 failed=0
told
[ $# -gt 0 ] || builds
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
