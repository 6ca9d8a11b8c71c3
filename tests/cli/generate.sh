#!/bin/bash
# People as CSV: the same whoever asks and however many, true to themselves, and readable again.
. "${0%/*}/kit.bash"

run_to a.csv generate cn-2017 --people 1200
run_to b.csv generate cn-2017 --people 700
head -n 701 a.csv | cmp -s - b.csv || fail "more people change who the first are"
run_to out generate cn-2017 --people 1200 -o c.csv
[ ! -s out ] || fail "generate -o also prints"
same a.csv c.csv "generate -o"
run_to d.csv generate cn-2017 --people 700 --seed 7
! cmp -s b.csv d.csv || fail "the seed changes nothing"
run_to t.csv generate cn-2017 --people 3000 --truth --set "source bank.false_links=0.3" \
  --set "source credit.false_links=0"

python3 - t.csv <<'END' || fail "the truth is not true"
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
donors = own = absent = covered = 0
for r in rows:
    me, whose, seen = r['person'], r['from.bank'], r['bank.balance']
    assert 0 < float(r['probability']) < 1 and r['outcome'] in '01'
    assert all(r[c] for c in r if c.startswith('true.')), 'a truth is missing'
    assert (seen == '') == (whose == ''), 'a record is nobody\'s'
    assert r['platform.behaviour'] == '', 'the platform does not share'
    own += whose == me
    donors += whose not in (me, '')
    if whose == me and r['from.registry'] == me:  # no noise there: what is seen is true
        assert r['registry.stability'] == r['true.registry.stability'] or r['from.registry'] != me
    covered += r['without_absence.credit.repayment'] != ''
    absent += r['credit.repayment'] == ''
    if r['region'] == 'urban':
        assert r['credit.repayment'] == r['without_absence.credit.repayment'], 'urban people are the reference'
n = len(rows)
assert abs(donors / n - 0.3 * 0.8) < 0.06, donors / n
assert covered > n - absent, 'the world without absence has no more records'
END

# Dates stand behind the facts, where there is a file, and are read again as dates.
run_to us.csv generate us-bureau --people 2000
[ "$(head -n 1 us.csv)" = person,region,file.payment_history,file.utilisation,file.delinquencies,file.collections,file.opened,file.updated ] ||
  fail "us-bureau: $(head -n 1 us.csv)"
python3 - us.csv <<'END' || fail "impossible dates"
import csv, sys
for r in csv.DictReader(open(sys.argv[1])):
    assert (r['file.opened'] == '') == (r['file.updated'] == '') == (r['file.collections'] == ''), r
    assert r['file.opened'] == '' or 0 < float(r['file.updated']) <= float(r['file.opened']), r
END

cat >schema.ini <<'END'
[schema]
outcome = outcome
favorable = 1
groups = region
[feature credit.repayment]
core = yes
direction = +
[feature credit.arrears]
direction = -
END
run_to out run --population csv:t.csv --schema schema.ini --scorer logistic --scorer composite_index
grep -q '^logistic' out || fail "what was generated cannot be run on"
printf x >there && chmod 400 there
"$es" generate cn-2016 -o there >out 2>err && fail "an unknown population is generated"
grep -q 'did you mean "cn-2017"' err || fail "$(cat err)"
[ "$(cat there)" = x ] || fail "a failed run has written"
