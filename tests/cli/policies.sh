#!/bin/bash
# Hardt et al. 2016 and Liu et al. 2018 again, from the Federal Reserve's tables.  The expected numbers
# are the exact optima with randomised cut-offs, and those of the authors' code.
. "${0%/*}/kit.bash"
need_shared
tables=$shared/data/fico_transunion_2003

run_to hardt.txt run hardt-2016 --population "transrisk:$tables" -o hardt.json
run_to liu.txt run liu-2018 --population "transrisk:$tables" -o liu.json
grep -q '^column  equal_opportunity .* 0\.9244$' hardt.txt || fail "the table lacks the share of the most profit"
grep -q 'Black  *49 ' hardt.txt || fail "the table lacks Black's cut-off"
for study in hardt liu; do
  run_to $study.csv report $study.json --format csv
  run_to $study.cutoffs report $study.json --table cutoffs --format csv
done
python3 - "$shared/cases" <<'END' || fail "other numbers than published"
import csv, json, sys
rows = lambda name: list(csv.DictReader(open(name, encoding='utf-8')))
wrong = []
def expect(what, found, wanted, tolerance):
    if abs(found - wanted) > tolerance: wrong.append(f'{what}: {found}, not {wanted}')
def value(table, policy, group, metric):
    for r in table:
        if r['policy'].startswith(policy) and r['group'] == group and r['metric'] == metric and \
           r['reduction'] not in ('between_policies', 'between_scorers'): return float(r['value'])
def cutoff(table, policy, group):
    for r in table:
        if r['policy'].startswith(policy) and r['group'] == group: return float(r['cutoff'])

hardt = json.load(open(f'{sys.argv[1]}/fico_hardt2016.json'))['targets']['0.8333333333']
exact = hardt['exact_optimum_randomised_thresholds']
table, cuts = rows('hardt.csv'), rows('hardt.cutoffs')
for policy, key in (('max_profit:by=none', 'single_threshold'), ('equal_opportunity', 'equal_opportunity'),
                    ('equalized_odds', 'equalized_odds'), ('demographic_parity', 'demographic_parity')):
    expect(key, value(table, policy, '', 'share_of_max_utility'), exact[key]['efficiency'], 1e-5)
for group in ('Asian', 'Black', 'Hispanic', 'White'):
    expect(f'cut-off {group}', cutoff(cuts, 'max_profit:by=group', group),
           exact['max_profit']['cutoffs_accept_score_ge'][group], 1e-9)
    expect(f'TPR {group}', value(table, 'equalized_odds', group, 'true_positive_rate'),
           exact['equalized_odds']['tpr'], 1e-9)
    expect(f'FPR {group}', value(table, 'equalized_odds', group, 'false_positive_rate'),
           exact['equalized_odds']['fpr'], 1e-9)
    expect(f'TPR {group}', value(table, 'equal_opportunity', group, 'true_positive_rate'),
           exact['equal_opportunity']['tpr'], 1e-9)
    expect(f'rate {group}', value(table, 'demographic_parity', group, 'selection_rate'),
           exact['demographic_parity']['rate'], 1e-9)
for r in table: # a difference of two policies is the difference of what each has
    if r['reduction'] == 'between_policies' and r['group'] == 'all' and r['metric'] == 'selection_rate_difference':
        one, other = r['policy'].split(' vs ')
        expect(r['policy'], float(r['value']), value(table, one, 'all', 'selection_rate') -
               value(table, other, 'all', 'selection_rate'), 1e-9)
expect('single cut-off', cutoff(cuts, 'max_profit:by=none', 'all'), 42.5, 1e-9)

liu = json.load(open(f'{sys.argv[1]}/fico_liu2018.json'))['utilities']['[-4, 1]']
table, cuts = rows('liu.csv'), rows('liu.cutoffs')
for policy in ('max_profit', 'demographic_parity', 'equal_opportunity'):
    for g, group in enumerate(('Black', 'White')):
        expect(f'{policy} {group}', cutoff(cuts, policy, group), liu['thresholds_score'][policy][g], 1e-2)
        expect(f'{policy} {group}', value(table, policy, group, 'mean_score_change'),
               liu['policies'][policy]['expected_score_change'][g], 1e-2)
        expect(f'{policy} {group}', value(table, policy, group, 'selection_rate'),
               liu['policies'][policy]['selection_rate'][g], 1e-4)
sys.exit('\n'.join(wrong) or 0)
END

# Rows that stand for people are not drawn: what has no closed interval has none.
run_to drawn.csv run liu-2018 --population "transrisk:$tables" --bootstrap 50 --format csv
grep -q 'share_of_max_utility,between_groups,0\.[0-9]*,,,,,151439,ok$' drawn.csv ||
  fail "rows are drawn for people: $(grep -m 1 share_of_max drawn.csv)"

# The same bytes on any number of threads.
run_to other.txt run hardt-2016 --population "transrisk:$tables" --threads 1 -o other.json
same hardt.json other.json "threads change the replication"
"$es" run hardt-2016 >out 2>err && fail "hardt-2016 runs without people"
grep -q 'give --population transrisk:FOLDER' err || fail "hardt-2016 without people: $(cat err)"
