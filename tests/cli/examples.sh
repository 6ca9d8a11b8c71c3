#!/bin/bash
# The programs of docs/examples/ that need what not every machine has: R, scikit-learn.
. "${0%/*}/kit.bash"
few="--people 6000 --train 3000 --bootstrap 0"

if command -v Rscript >/dev/null; then
  cp "$root/docs/examples/my_model.R" .
  # Where nothing is missing, glm and the logistic scorer without a penalty are one model.
  # shellcheck disable=SC2086
  run_to csv run $few --impute mean --scorer 'command:probability=yes Rscript my_model.R' \
    --scorer logistic:penalty=none,gate=any --format csv
  python3 - csv <<'END' || fail "glm and logistic differ"
import csv, sys
rows = {}
for row in csv.DictReader(open(sys.argv[1])):
    if row['metric'] in ('auc', 'brier', 'selection_rate') and row['reduction'] == '' and row['value']:
        rows.setdefault((row['attribute'], row['group'], row['metric']), {})[row['scorer']] = float(row['value'])
pairs = [v for v in rows.values() if len(v) == 2]
assert len(pairs) >= 6, rows
for key, both in rows.items():
    assert len(both) == 2 and abs(both['my_model'] - both['logistic']) < 2e-3, (key, both)
END
  # shellcheck disable=SC2086
  run_to out run $few --scorer 'command:probability=yes Rscript my_model.R' -o r.json
  grep -q '^my_model ' out || fail "my_model.R has no row: $(head -n 12 out)"
else echo "skipped: no R"; fi

python=
for candidate in python3 /usr/bin/python3; do
  [ -n "$python" ] || ! "$candidate" -c 'import pandas, sklearn' 2>/dev/null || python=$candidate
done
if [ -n "$python" ]; then
  cp "$root/docs/examples/boosting.py" .
  for threads in 1 2; do
    # shellcheck disable=SC2086
    run_to out run $few --scorer "command:name=boosting probability=yes $python boosting.py" --scorer random --threads $threads \
      --format csv -o $threads.json
  done
  same 1.json 2.json "boosting.py, --threads 1 and 2"
  python3 - out <<'END' || fail "boosting.py learns nothing: $(grep ,auc, out | head -n 4)"
import csv, sys
auc = {row['scorer']: float(row['value']) for row in csv.DictReader(open(sys.argv[1]))
       if row['metric'] == 'auc' and row['group'] == 'all'}
assert auc['boosting'] > auc['random'] + 0.1, auc
END
else echo "skipped: no scikit-learn"; fi
