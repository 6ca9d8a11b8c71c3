#!/bin/bash
# Everything that is listed is described, and every command's help says each of its options.
. "${0%/*}/kit.bash"

for kind in scorers datasets populations processes schemas studies policies metrics reports; do
  run_to list list $kind
  [ -s list ] || fail "list $kind is empty"
  while read -r name _; do
    [ -n "$name" ] || break # after a blank line come notes
    name=${name%,}
    run_to description describe "$name"
    [ "$(wc -l <description)" -ge 2 ] || fail "describe $name says next to nothing"
  done <list
done
for m in selection_rate_difference auc_ratio brier_group_max equalized_odds_difference; do
  run_to description describe $m
  grep -q formula description || fail "describe $m gives no formula"
done
run_to all list
for kind in scorers datasets populations processes schemas studies policies metrics reports; do
  grep -qx $kind all || fail "list leaves $kind out"
done
for f in "$root"/scorers/[a-z]*.c; do
  f=${f##*/}; run_to list list scorers
  grep -q "^${f%.c} " list || fail "list scorers lacks ${f%.c}"
done
for option in $("$es" describe logistic | sed -n 's/^  \([a-z0-9_]*\) = .*/\1/p'); do
  grep -q "$option" "$root"/harness/*/*.[ch] "$root"/scorers/logistic.c || fail "logistic: $option"
done
for population in cn-2017 us-2020 null; do
  run_to description describe $population
  grep -q 'numbers of .* are assumed' description || fail "describe $population counts no assumptions"
done

for command in run audit report list describe; do
  run_to long $command --help
  run_to short help $command
  same long short "$command --help and help $command"
  grep -q "^usage: evenscore $command" long || fail "$command --help begins otherwise"
done
for option in population scorer policy people train seed set schema folds test-share group reference \
  metrics positive confidence threads format table output; do
  "$es" run --help | grep -qE -- "--$option( |\$)" || fail "run --help leaves --$option out"
done
for option in outcome favorable-outcome score higher-is cutoff decision favorable-decision group \
  positive probability weight unscorable reference metrics schema format output; do
  "$es" audit --help | grep -qE -- "--$option( |\$)" || fail "audit --help leaves --$option out"
done
version=$(sed -n 's/^VERSION := //p' "$root/Makefile")
"$es" --version | grep -qx "evenscore $version" || fail "--version is not $version"
"$es" >out 2>err; [ $? -eq 2 ] || fail "no command at all: exit $?"
