#!/bin/bash
# Every number in every format is the results', to the digits shown.
. "${0%/*}/kit.bash"

study=(run --people 3000 --train 1500 --bootstrap 50 --scorer logistic --scorer composite_index --scorer oracle
  --attribute demographic_parity_difference --sweep coverage_gap=0,1 --periods 2 --missing-policies --levers
  --set process.preset=court-2017)
run_to /dev/null "${study[@]}" -o results.json
run_to /dev/null "${study[@]}" --replicates 3 -o replicated.json
run_to /dev/null "${study[@]}" --policy equal_opportunity -o policy.json
for file in results replicated policy; do
  python3 "$root/tests/cli/printed.py" "$es" $file.json || fail "$file: see above"
done
