#!/bin/bash
# The default study, the population without a gap, and a real CSV.
. "${0%/*}/kit.bash"

run_to table run -o default.json
widest=$(python3 -c 'import sys; print(max(len(l.rstrip("\n")) for l in open(sys.argv[1], encoding="utf-8")))' table)
[ "$widest" -le 100 ] || fail "the table takes $widest columns"
for s in logistic rule_list composite_index oracle constant random; do
  grep -q "^$s " table || fail "the table lacks $s"
done
grep -q 'logistic denies 7.% of rural and' table || fail "no sentence says what the table means"
run_to default.csv report default.json --format csv
head -n 1 default.csv | grep -qx 'population,scorer,policy,attribute,group,metric,reduction,value,low,high,confidence,method,n,status' ||
  fail "the tidy CSV has another header"
# People whom the bank has no record of: 1 - 0.29, less the few who are taken for somebody else.
figures default.csv <<'END'
region rural abstention_rate - 0.71 0.01 logistic
region urban abstention_rate - 0.42 0.01 logistic
region migrant abstention_rate - 0.58 0.015 composite_index
- all auc - 0.5 0.015 random
- all auc - 0.5 0 constant
- all wrongful_denial_rate - 0 0 constant
END
python3 - default.csv <<'END' || fail "no disparity on cn-2017"
import csv, sys
for r in csv.DictReader(open(sys.argv[1], encoding='utf-8')):
    if r['metric'] == 'demographic_parity_difference' and r['scorer'] in ('logistic', 'rule_list', 'composite_index'):
        if not float(r['low']) > 0.1: sys.exit(f"{r['scorer']}: {r['value']} from {r['low']}")
END

# Equal groups: no named gap is beyond its interval, and the sentence claims none.
run_to null.csv run --population null --format csv
run_to null.txt run --population null --people 20000
grep -q 'no difference' null.txt || fail "a difference is claimed for equal groups: $(grep '^Among' null.txt)"
python3 - null.csv <<'END' || fail "a disparity on null"
import csv, sys
named = ('demographic_parity_difference', 'equal_opportunity_difference', 'equalized_odds_difference')
wrong = [f"{r['scorer']} {r['metric']} {r['value']} from {r['low']}"
         for r in csv.DictReader(open(sys.argv[1], encoding='utf-8'))
         if r['metric'] in named and r['low'] and float(r['low']) > 0]
if wrong: sys.exit('; '.join(wrong))
END

# Equal coverage takes the unscorable gap away.
run_to equal.csv run --set coverage_gap=0 --scorer logistic --people 40000 --format csv
figures equal.csv <<'END'
region rural abstention_rate - 0.42 0.02
END

cat >study.ini <<'END'
[study]
title = two of a kind
population = null
scorer = logistic:l2=1
scorer = logistic:l2=100
people = 4000
train = 2000
policy = cutoff:at=0.8,unscorable=review
[scorer logistic]
max_iter = 20
END
run_to study.csv run study.ini --format csv
figures study.csv <<'END'
- all review_rate - 0.3 0.03 logistic:l2=1
- all review_rate - 0.3 0.03 logistic:l2=100
END

[ -d "$shared" ] || { echo "skipped: no ../shared"; exit 0; }
run_to german run --population "csv:$shared/data/german_credit/german.csv" --schema german_credit \
  --scorer logistic --scorer rule_list --scorer composite_index
for s in logistic rule_list composite_index; do grep -q "^$s " german || fail "german.csv: no $s"; done
run_to folds.csv run --population "csv:$shared/data/german_credit/german.csv" --schema german_credit \
  --scorer logistic --folds 5 --format csv
grep -q ',all,coverage_rate,,1,[^,]*,1,0.95,wilson,1000,ok' folds.csv || fail "5 folds do not judge all 1,000"
