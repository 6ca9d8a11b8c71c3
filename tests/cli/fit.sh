#!/bin/bash
# fit and score: model files by their contract, refusals, and the reference fits.
. "${0%/*}/kit.bash"

# ask FILE 'python expression over m': prints it.
ask() { python3 -c 'import json,sys; m = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"; }
# says FILE EXPRESSION WANT
says() {
  local got; got=$(ask "$1" "$2") || fail "$2 of $1 is not there"
  [ "$got" = "$3" ] || fail "$2 of $1 is $got, not $3"
}
# refused NAME REGEX ARGUMENTS…: exit 2, one line, nothing written
refused() {
  local name=$1 regex=$2 status; shift 2
  mkdir clean && (cd clean && "$es" "$@" >../out 2>../err); status=$?
  [ $status -eq 2 ] || fail "$name: exit $status: $(cat err)"
  [ ! -s out ] && [ "$(wc -l <err)" -eq 1 ] || fail "$name: more than one line: $(cat err)"
  grep -qE -- "^evenscore: .*$regex" err || fail "$name: \"$(cat err)\" does not say /$regex/"
  rmdir clean || fail "$name: something was written"
}
Y=(--outcome y --favorable-outcome 1)

# A text column becomes indicators, the first level in sort order being the base; what is missing
# has a column of its own; row 5 has no outcome and teaches nothing.
printf '%s\n' 'y,age,home' 1,30,own 0,20,rent 1,40,own 0,25,free ,22,rent 1,,rent 0,35,own 1,28,rent \
  0,50,free 1,45,free 0,,own >people.csv
run_to out fit logistic:penalty=firth --data people.csv "${Y[@]}" -o m.json
says m.json '[c["name"] for c in m["coefficients"]]' \
  "['(intercept)', 'age', 'missing: age', 'home=own', 'home=rent']"
says m.json 'm["status"], m["converged"], m["people"], m["gradient_norm"] < 1e-10' "('ok', True, 10, True)"
grep -q 'Warning: 1 of 11 people have no outcome' out || fail "nothing about the row without outcome"
run_to scores.csv score m.json people.csv
[ "$(head -n 1 scores.csv)" = row,score,status,reasons ] || fail "header $(head -n 1 scores.csv)"
[ "$(wc -l <scores.csv)" -eq 12 ] || fail "$(wc -l <scores.csv) lines of scores"
grep -qE '^6,0\.[0-9]+,ok,.*missing: age' scores.csv || fail "row 6: $(sed -n 7p scores.csv)"

# Other rows, in another order of columns, without an outcome; a level that nobody had; an empty row.
printf '%s\n' home,age own,30 castle,30 , >new.csv
run_to new.out score m.json new.csv -o new.scores
[ ! -s new.out ] || fail "score -o prints $(cat new.out)"
[ "$(sed -n 2p new.scores | cut -d, -f2)" = "$(sed -n 2p scores.csv | cut -d, -f2)" ] ||
  fail "the same person has another score"
sed -n 3p new.scores | grep -q '^2,,unscorable: home has a level that the model does not know,$' ||
  fail "$(sed -n 3p new.scores)"
sed -n 4p new.scores | grep -q "^3,,unscorable: no record in .* file,missing: age;missing: home$" ||
  fail "$(sed -n 4p new.scores)"

# The same twice gives the same bytes, and other seeds change nothing here.
run_to out fit logistic:penalty=firth --data people.csv "${Y[@]}" -o again.json
same m.json again.json 'the model file'
run_to - fit logistic:penalty=firth --data people.csv "${Y[@]}" -o - >/dev/null

# Integer weights are repeated rows; an offset is added to everybody's linear predictor.
printf '%s\n' y,w,x,o 1,2,1,2 0,1,2,2 1,1,3,2 0,2,4,2 1,1,5,2 0,1,7,2 >w.csv
printf '%s\n' y,x 1,1 1,1 0,2 1,3 0,4 0,4 1,5 0,7 >repeated.csv
run_to out fit logistic --data w.csv "${Y[@]}" --weight w --features x -o w.json
run_to out fit logistic --data repeated.csv "${Y[@]}" -o repeated.json
run_to out fit logistic --data w.csv "${Y[@]}" --weight w --features x --offset o -o o.json
python3 - <<END || fail "weights are not repeated rows, or an offset of 2 does not lower the intercept by 2"
import json
a, r, b = (json.load(open(f))['coefficients'] for f in ('w.json', 'repeated.json', 'o.json'))
for x, y in zip(a, r):
    for key in 'estimate', 'std_error': assert abs(x[key] / y[key] - 1) < 1e-9, (x, y)
assert abs(a[0]['estimate'] - b[0]['estimate'] - 2) < 1e-9 and abs(a[1]['estimate'] - b[1]['estimate']) < 1e-9
END
run_to o.scores score o.json w.csv
run_to w.scores score w.json w.csv
python3 - <<END || fail "scores with the offset differ"
rows = [[l.split(',')[1] for l in open(f)][1:] for f in ('w.scores', 'o.scores')]
assert all(abs(float(a) - float(b)) < 1e-9 for a, b in zip(*rows))
END

# What has no solution is named in the file; the exit status is 3, and nothing can score with it.
unsolved() { # NAME STATUS LINES…
  local name=$1 status=$2; shift 2
  printf '%s\n' "$@" >u.csv
  "$es" fit logistic --data u.csv "${Y[@]}" -o u.json >out 2>err
  [ $? -eq 3 ] || fail "$name: $(cat err)"
  says u.json 'm["status"], m["coefficients"], m["log_likelihood"]' "('$status', [], None)"
  refused "score $name" 'no solution' score "$work/u.json" "$work/u.csv"
}
unsolved complete separated y,x 0,1 0,2 1,3 1,4
unsolved quasi quasi_separated y,x 0,1 0,2 0,3 1,3 1,4
unsolved 'one class' one_class y,x 1,1 1,2
unsolved 'the other class' one_class y,x 0,1 0,2
printf '%s\n' y,x,twice,same 0,1,2,7 1,2,4,7 0,3,6,7 1,4,8,7 0,5,10,7 1,1,2,7 >r.csv
run_to out fit logistic --data r.csv "${Y[@]}" -o r.json
says r.json 'm["status"], [c["name"] for c in m["left_out"]]' "('rank_deficient', ['same', 'twice'])"

refused 'no scorer' 'name a scorer' fit
refused 'no data' 'give --data' fit logistic
refused 'no outcome' '--outcome COL' fit logistic --data "$work/w.csv"
refused 'no value' 'which value is favourable' fit logistic --data "$work/w.csv" --outcome y
refused 'another value' 'no cell is the favorable value "2"; there are: 0, 1' \
  fit logistic --data "$work/w.csv" --outcome y --favorable-outcome 2
refused 'unknown feature' 'no column "agee"; did you mean "age"' \
  fit logistic --data "$work/people.csv" "${Y[@]}" --features agee
refused 'outcome as feature' 'y is the outcome' fit logistic --data "$work/w.csv" "${Y[@]}" --features y
refused 'an offset for rules' 'rule_list takes none' fit rule_list --data "$work/w.csv" "${Y[@]}" --offset o
refused 'a schema and more' 'leave those out' fit logistic --data "$work/w.csv" --schema compas --outcome y
refused 'no model' 'score MODEL.json DATA.csv' score "$work/m.json"
refused 'not a model' 'this is no model file' score <(echo '{}') "$work/w.csv"
refused 'no JSON' 'not JSON' score "$work/w.csv" "$work/w.csv"
refused 'another column' 'no column "age"' score "$work/m.json" "$work/w.csv"
change() { sed "$1" "$work/m.json" >"$work/changed.json"; }
change 's|evenscore-model/1|evenscore-model/9|'
refused 'another version' 'changed.json: its format is evenscore-model/9, .* reads evenscore-model/1' \
  score "$work/changed.json" "$work/w.csv"
change 's|"scorer": "logistic"|"scorer": "logistik"|'
refused 'another scorer' 'changed.json: there is no scorer "logistik"' score "$work/changed.json" "$work/w.csv"
change 's|"column": "age"|"column": "aged"|'
refused 'a column it never saw' 'changed.json: "column" is not one of the columns' \
  score "$work/changed.json" "$work/w.csv"
change 's|"level": "own"|"level": "owns"|'
refused 'a level it never saw' '"level" is not a level' score "$work/changed.json" "$work/w.csv"
change 's|"estimate": [-0-9.e]*|"estimate": null|'
refused 'no number' 'a coefficient is not a number' score "$work/changed.json" "$work/w.csv"

# A gate by dates, which only it looks at: a file too new, one too old, and none.
cat >dated.ini <<'END'
[schema]
outcome = y
favorable = 1
[feature opened]
date = opened
[feature x]
type = number
direction = +
[feature updated]
date = updated
END
awk 'BEGIN { print "y,opened,x,updated"; for (i = 0; i < 200; i++) print (i % 3 > 0) "," 6 + i "," i % 7 - i % 3 ",6" }' >dated.csv
printf 'opened,x,updated\n6,1,6\n5,1,0\n60,1,7\n,,\n' >ages.csv
for scorer in scorecard logistic rule_list composite_index; do
  run_to out fit "$scorer:gate=fico_6_6" --data dated.csv --schema dated.ini -o dated.json
  grep -q 'opened\|updated' out && fail "$scorer has learned from dates"
  run_to dated.scores score dated.json ages.csv
  [ "$(cut -d, -f3 dated.scores | tr '\n' ';')" = "status;ok;unscorable: too few records;unscorable: nothing recent on \
record;unscorable: no record in the deciding agency's file;" ] || fail "$scorer: $(cat dated.scores)"
done
run_to audit.csv run --population csv:dated.csv --schema dated.ini --scorer scorecard:gate=vantage_24 --format csv
refused 'no dates' 'gate = fico_6_6: it asks how old records are, and the data state no such dates' \
  fit scorecard:gate=fico_6_6 --data "$work/w.csv" "${Y[@]}"
python3 - dated.json <<'END' || fail 'dates in a model file'
import json, sys
m = json.load(open(sys.argv[1]))
assert [(c['name'], c.get('date')) for c in m['columns']] == [('x', None), ('opened', 'opened'), ('updated', 'updated')]
m['columns'].reverse()
json.dump(m, open('changed.json', 'w'))
END
refused 'dates first' 'stands behind a date; put dates last' score "$work/changed.json" "$work/ages.csv"

# A study keeps its scorer and takes it back: the same people, the same results.
run_to kept.csv run --scorer rule_list --people 3000 --train 2000 --format csv --save-model kept.json
run_to back.csv run --scorer rule_list --people 3000 --train 2000 --format csv --load-model kept.json
same kept.csv back.csv 'a study with its own model'
run_to more.csv run --people 3000 --train 500 --format csv --load-model kept.json
grep -q ',logistic,' more.csv || fail 'the other scorers are gone'
run_to people.gen generate cn-2017 --people 50
run_to gen.scores score kept.json people.gen
[ "$(wc -l <gen.scores)" -eq 51 ] || fail "$(wc -l <gen.scores) lines of generated people"
refused 'two to keep' 'a file holds one model' run --scorer rule_list --scorer logistic --save-model x.json
refused 'no such scorer there' 'it holds a rule_list, and the study has none' \
  run --scorer logistic --load-model "$work/kept.json"
refused 'other people' 'the model was shown' run --population us-2020 --scorer rule_list --people 100 \
  --train 100 --load-model "$work/kept.json"

need_shared
"$es" fit rule_list:learn=true,lambda=0.015,support=0.005,conjuncts=2 -o corels.json \
  --data "$shared/data/corels_compas/compas_train.csv" --outcome recidivate-within-two-years \
  --favorable-outcome 0 >/dev/null || fail "rule_list does not fit"
# Angelino et al. (2018), corels on the same file: 2,258 errors, objective 0.3779734936
says corels.json 'm["errors"], m["certified"], abs(m["objective"] - 0.3779734936) < 1e-9, m["antecedents"]' \
  "(2258, True, True, 155)"
says corels.json 'm["objective"] == m["lower_bound"], [r["if"] for r in m["rules"]]' \
  "(True, [['sex = Male', 'juvenile-crimes = \">0\"'], ['priors = \">3\"']])"
python3 "$shared/tools/logit_cases.py" "$es" "$shared/cases" || fail "reference fits differ"
