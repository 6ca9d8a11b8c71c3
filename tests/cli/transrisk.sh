#!/bin/bash
# Weighted AUCs and base rates of the Federal Reserve's TransRisk tables (2003), by group.
. "${0%/*}/kit.bash"
need_shared
python3 - "$shared/data/fico_transunion_2003" >people.csv <<'END' || fail "no tables"
import csv, sys
read = lambda name: list(csv.reader(open(f'{sys.argv[1]}/transrisk_{name}_by_race_ssa.csv')))
cdf, bad = read('cdf'), read('performance')
out = csv.writer(sys.stdout, lineterminator='\n')
out.writerow(['score', 'repaid', 'weight', 'group'])
for g, group in enumerate(cdf[0][1:], 1):
    before = 0.0
    for at, risk in zip(cdf[1:], bad[1:]):
        share, before = float(at[g]) - before, float(at[g])
        for repaid, part in ((1, 100 - float(risk[g])), (0, float(risk[g]))):
            if share * part > 0:
                out.writerow([at[0], repaid, share * part / 100, group])
END
run_to out.csv audit people.csv --outcome repaid --favorable-outcome 1 --score score \
  --higher-is better --cutoff 50 --group group --weight weight --metrics auc,base_rate --format csv
figures out.csv <<'END'
group Non-~Hispanic~white auc - 0.924872 1e-6
group Black auc - 0.898206 1e-6
group Hispanic auc - 0.893665 1e-6
group Asian auc - 0.898888 1e-6
group Non-~Hispanic~white base_rate - 0.758674 1e-6
group Black base_rate - 0.336551 1e-6
group Hispanic base_rate - 0.568113 1e-6
group Asian base_rate - 0.806850 1e-6
END
