#!/bin/bash
# A results file is enough to make every report again.
. "${0%/*}/kit.bash"

args="--people 6000 --train 3000"
# shellcheck disable=SC2086
run_to out run $args -o results.json
for format in $("$es" list reports | awk '{print $1}'); do
  for table in main groups; do
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
python3 - results.json "$root/docs/results.schema.json" <<'END' || fail "results.json is not what the schema says"
import json, sys
results, schema = (json.load(open(f, encoding='utf-8')) for f in sys.argv[1:])
missing = [k for k in schema['required'] if k not in results]
unknown = [k for k in results if k not in schema['properties']]
if missing or unknown or next(iter(results)) != 'schema': sys.exit(f'missing {missing}, unknown {unknown}')
END
exit 0
