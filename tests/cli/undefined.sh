#!/bin/bash
# Nobody vanishes: missing groups, thin files, empty crossings and small cells stay in the table, and a
# gap over an undefined group says so, or says how many it skipped.
. "${0%/*}/kit.bash"

# Six people; of four rural ones three have a thin file, one has no region and one no outcome.
cat >people.csv <<END
y,d,score,region,income
1,1,0.9,urban,high
0,0,0.1,urban,high
1,1,0.8,rural,low
1,0,,rural,low
0,0,,rural,low
1,0,,,low
END
audit() { run_to "$1" audit people.csv --outcome y --favorable-outcome 1 --format csv "${@:2}"; }
decided=(--decision d --favorable-decision 1)

audit rates "${decided[@]}" --group region,income --metrics all
figures rates <<END
region (missing) selection_rate - 0 0
region rural selection_rate - 0.3333333333333333 1e-15
region - selection_rate_difference between_groups 0.5 0
END
[ "$(grep -c 'region,(missing),' rates)" -gt 20 ] || fail "people without a region are not a group"
for n in 'region,urban,selection_rate,.*,2,ok' 'region,rural,selection_rate,.*,3,ok' \
  'region,(missing),selection_rate,.*,1,ok' ',all,selection_rate,.*,6,ok'; do
  grep -q "$n" rates || fail "no row like $n"
done
grep -q 'region\*income,urban\*low,selection_rate,.*,0,"undefined: 0 of 0 people' rates || fail "the empty crossing is not undefined"
grep -q 'region\*income,,selection_rate_difference,between_groups,.*undefined: rural\*high: 0 of 0' rates ||
  fail "a gap over the empty crossing is defined"

audit scored --score score --higher-is better --cutoff 0.5 --group region --metrics coverage,selection_rate
figures scored <<END
region rural coverage_rate - 0.3333333333333333 1e-15
region rural selection_rate - 0.3333333333333333 1e-15
END

audit skipped "${decided[@]}" --group region,income --metrics selection_rate_difference --undefined skip
grep -q 'region\*income,,selection_rate_difference,between_groups,0.5,.*3 skipped",6,ok' skipped ||
  fail "skip does not say how many groups it skipped: $(grep 'region\*income' skipped)"
run_to text audit people.csv --outcome y --favorable-outcome 1 "${decided[@]}" --group region --undefined skip --small 3
grep -q 'fewer than 3 people: urban (2), (missing) (1)' text || fail "small groups are not named: $(cat text)"
run_to text audit people.csv --outcome y --favorable-outcome 1 "${decided[@]}" --group region --small 0
! grep -q 'fewer than' text || fail "--small 0 names small groups"

if "$es" audit people.csv --outcome y --favorable-outcome 1 "${decided[@]}" --group region --reference rurl 2>err; then
  fail "a reference that is no group is taken"
fi
grep -q 'did you mean rural' err || fail "no word on the nearest group: $(cat err)"
