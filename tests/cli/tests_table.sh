#!/bin/bash
# The table of tests: its columns, who is compared with whom, and what a correction changes.
. "${0%/*}/kit.bash"
awk 'BEGIN { print "y,a,b,g"; srand(4); for (i = 0; i < 600; i++) { y = i % 3 > 0;
  print y "," int(20 * rand()) + 6 * y "," int(20 * rand()) + 2 * y "," (i % 5 > 1 ? "urban" : "rural") } }' >people.csv
A="--outcome y --favorable-outcome 1 --score a --score b --higher-is better --cutoff 10 --group g"
# shellcheck disable=SC2086
run_to out.csv audit people.csv $A --format csv -o holm.json
run_to holm.csv report holm.json --table tests --format csv
head -n 1 holm.csv | grep -qx 'population,comparison,attribute,group,metric,estimate,low,high,statistic,p,p_adjusted,method,n' ||
  fail "header: $(head -n 1 holm.csv)"
for what in '^people,a: urban vs rural,g,,auc,.*,delong_unpaired,600$' '^people,a vs b,,all,auc,.*,delong_paired,600$' \
            '^people,a vs b,,all,accuracy,.*,mcnemar_exact,600$' '^people,a vs b,g,rural,selection_rate,' \
            '^people,b: urban vs rural,g,,selection_rate,.*,two_proportion_z,600$'; do
  grep -q "$what" holm.csv || fail "no line $what"
done
grep -q '^people,a vs b,,,all,auc_difference,between_scorers,.*,0.95,delong_paired,600,ok$' out.csv ||
  fail "no auc_difference in the measures"
# The same p; Holm's adjusted are Benjamini and Hochberg's at least, and those the p itself.
for how in bh none; do
  # shellcheck disable=SC2086
  run_to out.csv audit people.csv $A --correction $how --format csv -o $how.json
  run_to $how.csv report $how.json --table tests --format csv
done
paste -d, holm.csv bh.csv none.csv | awk -F, 'NR > 1 && $10 != "" {
  n++; if ($10 != $23 || $10 != $36 || $37 != $36 || $11 + 0 < $24 + 0 || $24 + 0 < $37 + 0) bad = bad " " NR }
  END { if (n != 27 || bad != "") { print n " tests, wrong:" bad; exit 1 } }' || fail "corrections"
run_to text report holm.json --table tests
grep -q 'Holm, over a family of 27 tests' text || fail "the family's size is not printed"
# What has no variance is tested by dealing people anew; what is named, and that alone, is the family.
# shellcheck disable=SC2086
run_to out.csv audit people.csv $A --metrics ks --bootstrap 99 --format csv -o ks.json
run_to ks.csv report ks.json --table tests --format csv
[ "$(grep -c ',ks,.*,permutation,600$' ks.csv)" = 2 ] && [ "$(wc -l <ks.csv)" = 3 ] || fail "permutation: $(cat ks.csv)"
# A reference: each against it, and nothing else.
# shellcheck disable=SC2086
run_to out.csv audit people.csv $A --reference urban --format csv -o ref.json
run_to ref.csv report ref.json --table tests --format csv
grep -q ',a: rural vs urban,' ref.csv && ! grep -q ',a: urban vs rural,' ref.csv || fail "the reference comes second"
# Threads change nothing, paired or not.
for t in 1 2; do run_to run.$t run --people 3000 --threads $t -o run.$t.json; done
same run.1.json run.2.json "results by threads"
run_to run.csv report run.1.json --table tests --format csv
grep -q '^cn-2017,logistic vs rule_list,region,rural,auc,.*,delong_paired,' run.csv || fail "no paired test of a run"
! grep -q oracle run.csv || fail "yardsticks are not tested"

need_shared
run_to out.csv audit "$shared/data/asah/aSAH.csv" --outcome outcome --favorable-outcome Good --score s100b --score wfns \
  --higher-is worse --cutoff 2 --group gender -o asah.json
run_to asah.csv report asah.json --table tests --format csv
# pROC 1.18.0: paired Z = -2.20898, p = 0.0271758; between genders D = 0.501881, p = 0.616788.
awk -F, '$2 == "s100b vs wfns" && $4 == "all" && $5 == "auc" { if ($9 + 2.20898359144091 < 1e-10 && $9 + 2.20898359144091 > -1e-10 &&
  $10 - 0.0271757822291882 < 1e-10 && $10 - 0.0271757822291882 > -1e-10) ok++ }
  $2 == "s100b: Male vs Female" && $5 == "auc" { d = $9 - 0.501880774326713; if (d < 1e-10 && d > -1e-10) ok++ }
  END { exit ok != 2 }' asah.csv || fail "pROC's numbers: $(grep auc asah.csv)"
