#!/bin/bash
# A results file is enough to make every report again.
. "${0%/*}/kit.bash"

args="--people 6000 --train 3000 --bootstrap 50 --attribute demographic_parity_difference --periods 2"
# shellcheck disable=SC2086
run_to out run $args -o results.json
for format in $("$es" list reports | awk '{print $1}'); do
  for table in main groups dynamics; do
    # shellcheck disable=SC2086
    run_to direct run $args --format "$format" --table $table
    run_to again report results.json --format "$format" --table $table
    same direct again "run and report --format $format --table $table"
    run_to out report results.json --format "$format" --table $table -o file
    [ ! -s out ] || fail "report -o also prints"
    same direct file "report --format $format -o"
  done
done
run_to again report results.json --format json
same results.json again "report --format json"
# shellcheck disable=SC2086
run_to stdout run $args -o -
same results.json stdout "run -o -"

chmod 644 results.json
before=$(stat -c %i results.json)
# shellcheck disable=SC2086
run_to out run $args -o results.json
[ "$(stat -c %i results.json)" != "$before" ] || fail "results are not renamed into place"
left=$(find . -name 'results.json.*' | wc -l)
[ "$left" -eq 0 ] || fail "a temporary file is left"

# Every kind of results is what the schema says, and the schema does not take what is not.
run_to out run --people 1500 --train 800 --bootstrap 0 --scorer logistic --scorer oracle --attribute demographic_parity_difference \
  --sweep coverage_gap=0:1:1 --missing-policies --replicates 2 --periods 2 -o long.json
printf 'y,d,g\n1,1,a\n1,0,b\n0,0,b\n' >audit.csv # of a nobody was bad: undefined
run_to out audit audit.csv --outcome y --favorable-outcome 1 --decision d --favorable-decision 1 --group g -o audit.json
python3 "$root/tests/cli/schema.py" "$root/docs/results.schema.json" results.json long.json audit.json ||
  fail "results are not what the schema says"
for change in 's/"status": "ok"/"status": "fine"/' 's/"n": [0-9]*/"n": -1/' 's/"metric": /"measure": /' 's|results/1|results/2|'; do
  sed "$change" results.json >broken.json
  ! python3 "$root/tests/cli/schema.py" "$root/docs/results.schema.json" broken.json >/dev/null 2>&1 || fail "the schema takes $change"
done
