#!/bin/bash
# Results side by side: what is said of numbers that moved, stayed, or cannot be compared.
. "${0%/*}/kit.bash"
make() { python3 "$root/tests/cli/results.py" "$@" || fail "results.py $*"; }

# prints NAME ARGUMENTS… <<END: the whole output
prints() {
  local name=$1; shift
  cat >wanted
  run_to out compare "$@"
  diff wanted out >difference || fail "$name: $(cat difference)"
}
refused() { # NAME REGEX ARGUMENTS…
  local name=$1 regex=$2 status; shift 2
  "$es" compare "$@" >out 2>err
  status=$?
  [ $status -eq 2 ] || fail "$name: exit $status: $(cat err)"
  [ "$(wc -l <err)" -eq 1 ] && [ ! -s out ] && grep -qE "^evenscore: .*$regex" err ||
    fail "$name: \"$(cat err)\" does not say /$regex/"
}

make old.json <<'END'
points auc all 0.80 0.01 900
points brier all undefined nobody has a probability
points wrongful_denial_rate all 0.20 0.02 1000
points wrongful_denial_rate rural 0.40 0.04 300
points demographic_parity_difference gap 0.10 0.02 1000
points theil_index all 0.3 - 1000
random auc all 0.5 0.01 1000
END
make new.json population.people=2000 seed=2 <<'END'
points auc all 0.70 0.01 900
points brier all undefined nobody has a probability
points wrongful_denial_rate all 0.21 0.02 2000
points wrongful_denial_rate rural 0.20 0.04 600
points demographic_parity_difference gap undefined nobody in rural
points theil_index all 0.2 - 2000
random auc all 0.5 0.01 2000
END

prints 'a change, chance, and nothing to say' old.json new.json <<'END'
old → new: village, points, cut

measure                    old           new         change       p  is                 n
─────────────────────────────────────────────────────────────────────────────────────────
AUC ↑             0.800 ±0.010  0.700 ±0.010  -0.100 ±0.014  <0.001  worse            900
wrongly denied ↓   0.20 ±0.02    0.21 ±0.02        ~ ±0.03    0.488         1,000 → 2,000
parity gap ↓       0.10 ±0.02    undefined ¹              –       –             1,000 → 0

Of 2 numbers that moved, 1 moved by more than chance: 0 for the better, 1 for the worse.

¹ undefined: nobody in rural
± is half of the interval: of a value as it was made, of a change at 95%: unpaired (errors added in
  squares)
~ not told from chance; = the same; p by Holm over a family of 2, told below 0.05; ↑ more is better,
  ↓ less
undefined in every file: brier of points
scorers learned from other people, and the intervals do not hold that luck: use run --replicates
END

prints 'what is asked for' old.json new.json --filter 'group=rural,all' --filter 'scorer!=rand*' \
  --metrics wrongful_denial_rate,theil_index --sort worse <<'END'
old → new: village, points, cut

measure           group         old         new       change       p  is                  n
───────────────────────────────────────────────────────────────────────────────────────────
wrongly denied ↓  all    0.20 ±0.02  0.21 ±0.02      ~ ±0.03   0.488          1,000 → 2,000
wrongly denied ↓  rural  0.40 ±0.04  0.20 ±0.04  -0.20 ±0.06  <0.001  better      300 → 600
Theil ↓           all        0.3000      0.2000          ? ¹       –          1,000 → 2,000

Of 3 numbers that moved, 1 moved by more than chance: 1 for the better, 0 for the worse.

¹ no interval, so chance cannot be told from change
± is half of the interval: of a value as it was made, of a change at 95%: unpaired (errors added in
  squares)
~ not told from chance; = the same; p by Holm over a family of 2, told below 0.05; ↑ more is better,
  ↓ less
scorers learned from other people, and the intervals do not hold that luck: use run --replicates
END

# Hours of sleep that two drugs gave ten patients (Student 1908, R's data set "sleep"): as R has it,
# paired t = 4.0621, df = 9, p = 0.002833, 0.7001142 to 2.4598858; of strangers p = 0.07939.
make one.json <<'END'
drug cascade_factor all 0.75 1 10 @ 0.7 -1.6 -0.2 -1.2 -0.1 3.4 3.7 0.8 0.0 2.0
END
make two.json <<'END'
drug cascade_factor all 2.33 1 10 @ 1.9 0.8 1.1 0.1 -0.1 4.4 5.5 1.6 4.6 3.4
END
make other.json seed=2 <<'END'
drug cascade_factor all 2.33 1 10 @ 1.9 0.8 1.1 0.1 -0.1 4.4 5.5 1.6 4.6 3.4
END
for case in two:paired_by_seed:1.58:0.7001142:2.4598858:0.002833 \
  other:welch:1.58:-0.2054832:3.3654832:0.07939; do
  IFS=: read -r file method change low high p <<<"$case"
  run_to out.csv compare one.json $file.json --metrics all --format csv
  python3 - "$method" "$change" "$low" "$high" "$p" <<'END' || fail "$file: $(cat out.csv)"
import csv, sys
row = list(csv.DictReader(open('out.csv')))[1]
wanted = dict(zip(('change', 'change_low', 'change_high', 'p'), map(float, sys.argv[2:])))
ok = row['method'] == sys.argv[1] and all(abs(float(row[k]) - v) < 1e-4 for k, v in wanted.items())
sys.exit(not ok)
END
done

make third.json <<'END'
drug cascade_factor all 0.75 1 10 @ 0.7 -1.6 -0.2 -1.2 -0.1 3.4 3.7 0.8 0.0 2.0
END
prints 'several files' one.json two.json third.json --metrics cascade_factor <<'END'
one → two, third: village, drug, cut

           ─ one ──  ─────── two ───────  ──── third ─────
measure       value     value     change     value  change   n
──────────────────────────────────────────────────────────────
cascade ↓  0.8 ±1.0  2.3 ±1.0  +1.6 ±0.9  0.8 ±1.0       =  10

Of 1 number that moved, 1 moved by more than chance: 0 for the better, 1 for the worse.

± is half of the interval: of a value as it was made, of a change at 95%: paired by seed (Student)
~ not told from chance; = the same; p by Holm over a family of 1, told below 0.05; ↑ more is better,
  ↓ less
END
run_to out compare old.json old.json
grep -q '^Nothing moved\.$' out || fail "the same file twice: $(cat out)"

# Other worlds and versions are said, and two scorers of different names stand side by side.
make apart.json population.version='"2"' positive='"adverse"' metric_versions='{"auc": 2, "brier": 3}' <<'END'
ledger auc all 0.70 0.01 900
END
run_to out compare old.json apart.json
for note in 'population village: version is 1 in old and 2 in apart' \
  'orientation: positive is favorable in old and adverse in apart' \
  'metric auc: version 1 in old and 2 in apart' 'scorer in old: points' 'scorer in apart: ledger'; do
  grep -q "^$note" out || fail "not said: $note: $(cat out)"
done
grep -q 'metric brier: version' out && fail "a version of what apart does not have"

# One population each, of other names: audits of two files.
make elsewhere.json population.name='"town"' <<'END'
points auc all 0.70 0.01 900
END
run_to out compare old.json elsewhere.json
grep -q '^AUC ↑ .*worse' out && grep -q '^population in elsewhere: town' out || fail "two files: $(cat out)"
run_to out compare old.json new.json --format html
[ "$(grep -c '<table' out)" -eq 1 ] && grep -q '<h1>old → new: village, points, cut</h1>' out || fail "html: $(head -c 900 out)"

# Names that would break a table.
make hostile.json <<'END'
<b>|"=1,2\ auc all 0.80 0.01 900
END
run_to out compare hostile.json hostile.json --format markdown
grep -qF '&lt;b&gt;\|"=1,2\\' out || fail "markdown: $(cat out)"
run_to out compare hostile.json hostile.json --format csv
grep -qF '"<b>|""=1,2\"' out || fail "csv: $(cat out)"

# Every format that there is, to a file too.
for format in $("$es" list reports | awk '{print $1}'); do
  run_to out compare old.json new.json --format "$format"
  run_to none compare old.json new.json --format "$format" -o file
  same out file "compare --format $format -o"
done

refused 'one file' 'name two results files or more' old.json
refused 'no metric' 'no metric "acu"; did you mean "auc"' old.json new.json --metrics acu
refused 'no column' 'no column "scorr"; did you mean "scorer"' old.json new.json --filter scorr=a
refused 'no filter' 'give COLUMN=VALUE' old.json new.json --filter points
refused 'nothing left' 'no number in common that the filters let' old.json new.json --filter scorer=x
refused 'nothing in common' 'old and one have no number in common' old.json one.json
refused 'no file' 'none.json: cannot open' old.json none.json
head -c 700 old.json >cut.json
refused 'cut short' 'cut.json:.*not JSON' old.json cut.json
sed 's/results\/1/results\/9/' old.json >schema.json
refused 'another schema' 'schema.json: key schema: "evenscore-results/9"' old.json schema.json
sed 's/"replicate": 3/"replicate": 3, "metric": "auc"/' one.json >torn.json
refused 'not JSON of ours' 'torn.json:.*not JSON: duplicate' one.json torn.json
python3 - <<'END'
import json
for name, change in (('short', lambda t: t.pop()), ('shuffled', lambda t: t[3].update(metric='auc'))):
    results = json.load(open('one.json'))
    change(results['tables']['replicates'])
    json.dump(results, open(name + '.json', 'w'))
END
refused 'replicates are missing' 'short.json: key study.replicates' one.json short.json
refused 'replicates of nothing' 'shuffled.json: key tables.replicates\[3\]' one.json shuffled.json
exit 0
