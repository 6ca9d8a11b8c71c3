#!/bin/bash
# What an audit says of a handful of people: missing groups, the cut-off itself, both directions.
. "${0%/*}/kit.bash"
cat >people.csv <<'END'
y,s,g,w
1,0.9,a,1
1,0.5,a,1
0,0.5,a,2
0,0.2,,1
1,,b,1
0,0.7,b,3
1,0.1,b,0
END
A="--outcome y --favorable-outcome 1 --score s --cutoff 0.5 --group g --format csv"
# shellcheck disable=SC2086
run_to better.csv audit people.csv $A --higher-is better --probability s
figures better.csv <<'END'
- all selection_rate - 0.5714285714285714 1e-15
- all selection_rate_scored - 0.6666666666666666 1e-15
- all wrongful_denial_rate - 0.5 1e-15
- all wrongful_denial_rate_scored - 0.3333333333333333 1e-15
- all abstention_rate - 0.14285714285714285 1e-15
- all auc - 0.5 1e-15
- all brier - 0.3083333333333333 1e-12
- all expected_cost_per_person - undefined 0
g a selection_rate - 1 0
g (missing) selection_rate - 0 0
g (missing) true_positive_rate - undefined 0
g - true_positive_rate_difference between_groups undefined 0
END
# Two good and two bad people are approved: 2 - 2·2 over 7; the best cut-offs bring 1, in group a.
# shellcheck disable=SC2086
run_to utility.csv audit people.csv $A --higher-is better --u-plus 1 --u-minus -2 --bootstrap 0 \
  --metrics utility_per_person,share_of_max_utility
figures utility.csv <<'END'
- all utility_per_person - -0.2857142857142857 1e-15
g - share_of_max_utility between_groups -2 1e-15
END
# A person at the cut-off belongs to the upper side, whoever that is good for.
# shellcheck disable=SC2086
run_to worse.csv audit people.csv $A --higher-is worse
figures worse.csv <<'END'
- all selection_rate - 0.2857142857142857 1e-15
- all auc - 0.5 1e-15
g a selection_rate - 0 0
END
# shellcheck disable=SC2086
run_to weighted.csv audit people.csv $A --higher-is better --weight w
figures weighted.csv <<'END'
- all selection_rate - 0.7777777777777778 1e-15
- all wrongful_denial_rate - 0.3333333333333333 1e-15
g b coverage_rate - 0.75 1e-15
END
# The order of rows changes nothing.
{ head -n 1 people.csv; tail -n +2 people.csv | tac; } >other.csv
# shellcheck disable=SC2086
run_to one.csv audit people.csv $A --higher-is better --weight w --name people --metrics all
# shellcheck disable=SC2086
run_to two.csv audit other.csv $A --higher-is better --weight w --name people --metrics all
same one.csv two.csv "rows in another order"
