#!/bin/bash
# The gate: every verdict, its exit status, and what machines are told of it.
. "${0%/*}/kit.bash"
make() { python3 "$root/tests/cli/results.py" "$@" || fail "results.py $*"; }

# gives NAME STATUS ARGUMENTS… <<END: the exit status, and the output to the letter
gives() {
  local name=$1 status=$2 got; shift 2
  cat >wanted
  "$es" check "$@" >out 2>err
  got=$?
  [ $got -eq "$status" ] || fail "$name: exit $got: $(cat err)"
  diff wanted out >difference || fail "$name: $(cat difference)"
}
refused() { # NAME REGEX ARGUMENTS…
  local name=$1 regex=$2 status; shift 2
  "$es" check "$@" >out 2>err
  status=$?
  [ $status -eq 2 ] || fail "$name: exit $status: $(cat err)"
  [ "$(wc -l <err)" -eq 1 ] && [ ! -s out ] && grep -qE "^evenscore: .*$regex" err ||
    fail "$name: \"$(cat err)\" does not say /$regex/"
}

make base.json <<'END'
points auc all 0.800 0.010 900
points brier all undefined nobody has a probability
points wrongful_denial_rate all 0.20 0.005 9000
points demographic_parity_difference gap 0.10 0.010 1000
points equal_opportunity_difference gap 0.10 0.010 1000
points abstention_rate all 0.1 0.004 9000
random auc all 0.5 0.01 1000
END
make new.json <<'END'
points auc all 0.700 0.010 900
points brier all undefined nobody has a probability
points wrongful_denial_rate all 0.15 0.005 9000
points demographic_parity_difference gap 0.11 0.010 1000
points equal_opportunity_difference gap undefined nobody in rural
points abstention_rate all 0.1 0.004 9000
random auc all 0.3 0.01 1000
END

gives 'every verdict' 1 new.json --baseline base.json <<'END'
base.json → new.json, village, points, cut

measure            baseline     now       worse by  tolerated  verdict
─────────────────────────────────────────────────────────────────────────────
AUC ↑                 0.800   0.700   0.100 ±0.015       0.01  REGRESSION
wrongly denied ↓      0.200   0.150  -0.050 ±0.007       0.01  improvement
parity gap ↓          0.100   0.110   0.010 ±0.014       0.01  inconclusive ¹
opportunity gap ↓    0.1000       –              –       0.01  REGRESSION ²
no score ↓           0.1000  0.1000              =       0.01  pass

RED: 2 of 5 numbers got worse by more than is tolerated. 1 cannot be told. 1 got better: --update
would keep that.

¹ the interval holds the tolerance: more people or --replicates would tell
² undefined: nobody in rural
± holds every worsening at once: at most 5% of gates go red by chance (Holm over 3)
= the same people and the same number; ↑ more is better, ↓ less
not judged, undefined in both: brier of points
END
grep -qx 'evenscore: the gate is red: points auc, points equal_opportunity_difference' err ||
  fail "the last line: $(cat err)"

# --- green, inconclusive, limits ------------------------------------------------------------------
run_to out check base.json --baseline base.json
grep -q '^GREEN: none of 5 numbers got worse' out || fail "the same bytes: $(cat out)"
watched=(--metrics demographic_parity_difference)
run_to out check new.json --baseline base.json "${watched[@]}"
grep -q '^GREEN: .* 1 cannot be told' out || fail "inconclusive: $(cat out)"
"$es" check new.json --baseline base.json "${watched[@]}" --strict >out 2>err
[ $? -eq 4 ] && grep -q 'the gate is inconclusive: points demographic_parity_difference' err ||
  fail "--strict: $(cat err)"
run_to out check new.json --baseline base.json "${watched[@]}" --strict --tolerance demographic_parity_difference=30%
grep -q ' 0.03  pass$' out || fail "--tolerance: $(cat out)"
gives 'limits' 1 new.json --baseline none --limit 'auc>=0.75' --limit 'wrongful_denial_rate <= 0.2' \
  --limit 'demographic_parity_difference<=0.11' <<'END'
new.json, village, points, cut

measure           baseline    now       worse by  tolerated  verdict
───────────────────────────────────────────────────────────────────────────
AUC ↑                    –  0.700   0.050 ±0.011     ≥ 0.75  REGRESSION
wrongly denied ↓         –  0.150  -0.050 ±0.005      ≤ 0.2  pass
parity gap ↓             –  0.110   0.000 ±0.010     ≤ 0.11  inconclusive ¹

RED: 1 of 3 numbers got worse by more than is tolerated. 1 cannot be told.

¹ the interval holds the tolerance: more people or --replicates would tell
± holds every worsening at once: at most 5% of gates go red by chance (Holm over 3)
= the same people and the same number; ↑ more is better, ↓ less
END

# Other people and one replicate: learning's luck is not in the intervals, so nothing is red.
make lucky.json seed=2 <<'END'
points auc all 0.700 0.010 900
END
make alone.json <<'END'
points auc all 0.800 0.010 900
END
run_to out check lucky.json --baseline alone.json
grep -q '^AUC.*inconclusive' out && grep -q 'one replicate does not tell that luck' out || fail "luck: $(cat out)"

# --- machines -------------------------------------------------------------------------------------
make hostile1.json <<'END'
a:b,c%\n::error::<"&']]> auc all 0.8 0.01 900
END
make hostile2.json <<'END'
a:b,c%\n::error::<"&']]> auc all 0.6 0.01 900
END
"$es" check hostile2.json --baseline hostile1.json --junit hostile.xml --annotations github --format csv >out 2>err
[ $? -eq 1 ] || fail "hostile names: $(cat err)"
grep -qF "::error title=regression%3A auc of a%3Ab%2Cc%25%0A%3A%3Aerror%3A%3A<\"&']]>::was 0.8000, is 0.6000" out ||
  fail "annotations: $(cat out)"
[ "$(grep -c '^::' out)" -eq 2 ] || true
"$es" check new.json --baseline base.json --junit all.xml --summary all.md --annotations github >out 2>/dev/null
[ "$(grep -c '^::error ' out)$(grep -c '^::warning ' out)$(grep -c '^::notice ' out)" = 211 ] || fail "annotations: $(cat out)"
grep -q '^| AUC ↑ .*| REGRESSION ' all.md || fail "--summary: $(cat all.md)"
"$es" check new.json --baseline base.json --junit strict.xml --strict >out 2>/dev/null
python3 - <<'END' || fail "JUnit"
# The rules of Jenkins' junit-10.xsd that a writer can break.
import sys, xml.etree.ElementTree as tree
allowed = {'testsuites': {'name', 'time', 'tests', 'failures', 'disabled', 'errors'},
           'testsuite': {'name', 'tests', 'failures', 'errors', 'group', 'time', 'skipped', 'timestamp',
                         'hostname', 'id', 'package', 'file', 'log', 'url', 'version'},
           'testcase': {'name', 'time', 'classname', 'group'},
           'failure': {'type', 'message'}, 'skipped': {'type', 'message'}, 'system-out': set()}
children = {'testsuites': {'testsuite'}, 'testsuite': {'testcase'},
            'testcase': {'failure', 'skipped', 'system-out'}}
required = {'testsuite': {'name', 'tests', 'failures', 'errors'}, 'testcase': {'name', 'classname'}}
def check(e):
    assert set(e.attrib) <= allowed[e.tag], (e.tag, e.attrib)
    assert required.get(e.tag, set()) <= set(e.attrib), (e.tag, e.attrib)
    for child in e:
        assert child.tag in children.get(e.tag, set()), (e.tag, child.tag)
        check(child)
for file, tests, failures, skipped in (('hostile.xml', 1, 1, 0), ('all.xml', 5, 2, 1), ('strict.xml', 5, 3, 0)):
    root = tree.parse(file).getroot()
    assert root.tag == 'testsuites'
    check(root)
    suite = root[0]
    counted = len(suite), len(suite.findall('*/failure')), len(suite.findall('*/skipped'))
    said = tuple(int(suite.attrib[k]) for k in ('tests', 'failures', 'skipped'))
    assert counted == said == (tests, failures, skipped), (file, counted, said)
assert tree.parse('hostile.xml').getroot()[0][0].attrib['classname'] == 'village.a:b,c% ::error::<"&\']]>'
END

# --- the baseline ---------------------------------------------------------------------------------
cp new.json moved.json
run_to out check base.json --baseline kept.json --update
grep -q '^kept.json: 6 numbers, written for the first time$' out || fail "--update: $(cat out)"
run_to out check base.json --baseline kept.json
grep -q '^GREEN' out || fail "a baseline of --update: $(cat out)"
run_to out check new.json --baseline kept.json --update
grep -q '^AUC ↑ .*-0.100 ±0.014 .*worse' out && grep -q '^kept.json: 6 numbers, written anew$' out || fail "--update again: $(cat out)"
run_to out check new.json --baseline kept.json
cp kept.json before.json
run_to out check new.json --baseline kept.json --update
grep -q '^Nothing moved' out || fail "--update of the same: $(cat out)"
same before.json kept.json "--update of the same"
[ -z "$(find . -name 'kept.json.*')" ] || fail "a temporary file is left"

# --- power ----------------------------------------------------------------------------------------
gives 'a plan' 0 base.json --plan --metrics auc,wrongful_denial_rate --detect auc=0.015 \
  --detect wrongful_denial_rate=0.005 <<'END'
plan for base.json, village, points, cut

                                      found
measure              now  tolerated    from  wished  takes
──────────────────────────────────────────────────────────────────
AUC ↑             0.8000       0.01  0.0302   0.015  16,346 people
wrongly denied ↓  0.2000       0.01  0.0201   0.005  never ¹

A worsening of that size is found by 80% of gates.

¹ within the tolerance, or beyond 10,000 replicates
found from: among 2 numbers at a level of 0.05, as if the new run's luck shared nothing with the
  baseline's; the same seeds find smaller ones
one replicate: the luck of training is not in it; see run --replicates
END
# As R: 1 - pt(qt(.95, n - 1), n - 1, ncp = sqrt(n)) is 0.754 at n = 7 and 0.815 at n = 8.
make many.json <<'END'
points auc all 0.75 0.01 900 @ 0.74 0.76 0.75 0.75 0.75
END
run_to out check many.json --plan --detect auc=0.02
grep -qE ' 8 replicates$' out || fail "replicates that a wish takes: $(cat out)"

# --- refusals -------------------------------------------------------------------------------------
refused 'no study' 'name a results file, or write a study into evenscore.ini' --baseline base.json
refused 'no baseline' 'none.json: there is no such file; .*--update makes it' new.json --baseline none.json
refused 'no baseline, no limit' 'baseline none: .*give a --limit' new.json --baseline none
refused 'neither better nor worse' 'selection_rate: .*give it a limit' new.json --baseline base.json --metrics selection_rate
refused 'no metric' 'no metric "acu"; did you mean "auc"' new.json --baseline base.json --metrics acu
refused 'tolerance' 'tolerance auc: give METRIC=X' new.json --baseline base.json --tolerance auc
refused 'tolerance of nothing' 'tolerance acu=1: .*did you mean "auc"' new.json --baseline base.json --tolerance acu=1
refused 'limit' 'limit auc=1: give METRIC>=X' new.json --baseline base.json --limit auc=1
refused 'limit on nothing' 'limit ks>=0.1: new.json has no such number' new.json --baseline base.json --limit 'ks>=0.1'
refused 'a wish beside the gate' '--detect ks=0.1: the gate does not watch it' base.json --plan --detect ks=0.1
refused 'nothing watched' 'nothing is watched' new.json --baseline base.json --filter scorer=other
make other.json population.name='"town"' <<'END'
points auc all 0.7 0.01 900
END
refused 'another population' 'population town is in other.json, and not in base.json; .*--update' other.json --baseline base.json
make version.json population.version='"2"' <<'END'
points auc all 0.7 0.01 900
END
refused 'another version' 'village: version is 1 in base.json and 2 in version.json' version.json --baseline base.json
make world.json population.definition='"[population]\ncoverage_gap = 2 ; now\n"' <<'END'
points auc all 0.7 0.01 900
END
refused 'another world' '"coverage_gap = 1" in base.json and "coverage_gap = 2" in world.json' world.json --baseline base.json
make turned.json positive='"adverse"' <<'END'
points auc all 0.7 0.01 900
END
refused 'orientation' 'positive is favorable in base.json and adverse in turned.json' turned.json --baseline base.json
make metric.json metric_versions='{"auc": 2}' <<'END'
points auc all 0.7 0.01 900
END
refused 'metric version' 'metric auc: version 1 in base.json and 2 in metric.json' metric.json --baseline base.json
make gone.json <<'END'
stars auc all 0.7 0.01 900
END
refused 'a scorer is gone' 'scorer points is in base.json, and not in gone.json' gone.json --baseline base.json
make less.json <<'END'
points auc all 0.8 0.01 900
END
refused 'a number is gone' 'base.json has brier of points .policy cut., and less.json does not' less.json --baseline base.json
head -c 900 base.json >cut.json
refused 'cut short' 'cut.json:.*not JSON' new.json --baseline cut.json
echo '[]' >list.json
refused 'not an object' 'list.json' new.json --baseline list.json
sed 's/results\/1/results\/2/' base.json >schema.json
refused 'another schema' 'schema.json: key schema: "evenscore-results/2"' new.json --baseline schema.json

# --- the gate file --------------------------------------------------------------------------------
cat >evenscore.ini <<'END'
[gate]
baseline = gate.json
metrics = auc, demographic_parity_difference
tolerance = auc=0.02
limit = abstention_rate@rural <= 0.9
level = 0.1

[study]
population = cn-2017
scorer = composite_index
scorer = random
people = 3000
train = 1000
replicates = 3
END
run_to out check --update
[ "$(wc -c <gate.json)" -lt 30000 ] || fail "the baseline has $(wc -c <gate.json) bytes"
run_to out check
grep -q '^GREEN: none of 3 numbers' out && grep -q '^AUC .* 0.02  pass$' out || fail "evenscore.ini: $(cat out)"
run_to out check --plan
grep -q 'with 3 replicates' out || fail "a plan of the study: $(cat out)"
sed -i 's/^scorer = composite_index/&:weights=pca/' evenscore.ini
"$es" check --junit gate.xml >out 2>err
status=$?
[ $status -le 1 ] && grep -q 'this run' out && [ -s gate.xml ] || fail "a changed scorer: $status $(cat err)"
sed -i 's/^level/levle/' evenscore.ini
refused 'a slip in the file' 'evenscore.ini:6: .*"levle"; did you mean "level"'
printf '[gte]\nlevel = 1\n' >evenscore.ini
refused 'an unknown section' 'evenscore.ini:2: \[gte\] unknown section; there are \[gate\]'
refused 'no such gate file' 'none.ini: cannot open' --gate none.ini
exit 0
