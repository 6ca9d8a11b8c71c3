#!/bin/bash
# The audit statement says what the results say, and nothing of what they do not.
. "${0%/*}/kit.bash"

run_to /dev/null run --system court-list --people 6000 --scorer rule_list:rules=builtin:court_2017 --levers -o court.json
run_to card report court.json --format card
for heading in 'Intended use' 'What was judged' 'What came out' 'By group' 'Who is harmed' Limits; do
  grep -q "^## $heading$" card || fail "there is no section $heading"
done
grep -q 'a stylised system' card || fail 'it does not say that the system is stylised'
"$es" report court.json --format csv --table harm >harm.csv
python3 - <<'END' || fail 'who bears the harm is not what the table says'
import csv, re, sys
card = open('card').read()
for row in csv.DictReader(open('harm.csv')):
    if row['harm'] != 'wrongful_restriction_days':
        continue
    people, days = float(row['population_share']), float(row['harm_share'])
    line = f'{row["group"]} people are {100 * people:.0f}% of all and bear {100 * days:.0f}% of the days'
    if (line in card) != (days > people):
        sys.exit(line)
END
grep -q 'those days would fall by [0-9]*% if ' card || fail 'it names no lever'
run_to /dev/null run --people 2000 --train 1000 --bootstrap 0 -o plain.json
run_to card report plain.json --format card
grep -q 'is no finding about real people' card || fail 'it does not say what made-up people are good for'
! grep -qE 'would fall|never scored within' card || fail 'it says what nobody has asked'
