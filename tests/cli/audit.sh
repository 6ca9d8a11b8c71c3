#!/bin/bash
# Published tables of COMPAS, German credit, Ricci and HMDA, made again from the public files.
. "${0%/*}/kit.bash"
need_shared

compas=$shared/data/propublica_compas/compas_general_min.csv
run_to compas.csv audit "$compas" --outcome two_year_recid --favorable-outcome 0 --score decile_score \
  --higher-is worse --cutoff 5 --group race --positive adverse --format csv
# ProPublica's counts, as rates; AUC and its intervals as pROC.
figures compas.csv <<'END'
- all false_positive_rate - 0.32349230381024474 1e-12
- all false_negative_rate - 0.3740387573054445 1e-12
- all auc - 0.7021662544 1e-9
- all precision - 0.6135061802833887 1e-12
race African-American false_positive_rate - 0.448468 5e-7
race African-American false_negative_rate - 0.279853 5e-7
race African-American precision - 0.6297148114075437 1e-12
race African-American negative_predictive_value - 0.6504599211563732 1e-12
race African-American auc - 0.6918343813 1e-9
race Caucasian false_positive_rate - 0.234543 5e-7
race Caucasian false_negative_rate - 0.477226 5e-7
race Caucasian precision - 0.5913348946135831 1e-12
race Caucasian negative_predictive_value - 0.71187500000000 1e-12
race Caucasian auc - 0.6931462744 1e-9
race Caucasian wrongful_denial_rate - 0.234543 5e-7
race African-American wrongful_denial_rate - 0.448468 5e-7
END
# The orientation changes the textbook rates and nothing else.
run_to favorable.csv audit "$compas" --outcome two_year_recid --favorable-outcome 0 \
  --score decile_score --higher-is worse --cutoff 5 --group race --format csv
figures favorable.csv <<'END'
race African-American true_negative_rate - 0.720147 5e-7
race African-American false_negative_rate - 0.448468 5e-7
race African-American wrongful_denial_rate - 0.448468 5e-7
race African-American auc - 0.6918343813 1e-9
END
run_to crossed.csv audit "$compas" --outcome two_year_recid --favorable-outcome 0 --score decile_score \
  --higher-is worse --cutoff 5 --group race,sex --metrics selection_rate --format csv
grep -q '^[^,]*,[^,]*,[^,]*,race\*sex,African-American\*Female,selection_rate,' crossed.csv ||
  fail "race*sex has no African-American*Female"

german=$shared/data/german_credit/german.csv
run_to german.csv audit "$german" --schema german_credit --decision class --favorable-decision 1 \
  --reference '>25' --format csv
figures german.csv <<'END'
age>25 >25 selection_rate - 0.728395 5e-7
age>25 <=25 selection_rate - 0.578947 5e-7
age>25 - demographic_parity_difference between_groups 0.149448 5e-7
age>25 - demographic_parity_ratio between_groups 0.794826 5e-7
sex male base_rate - 0.723188 5e-7
sex female base_rate - 0.648387 5e-7
END

ricci=$shared/data/ricci/ricci_raw.csv
run_to ricci.csv audit "$ricci" --score Combine --higher-is better --cutoff 70 \
  --group Position,Race --metrics selection_rate,auc --format csv
figures ricci.csv <<'END'
Position*Race Captain*W selection_rate - 0.64 1e-12
Position*Race Captain*B selection_rate - 0.375 1e-12
Position*Race Captain*H selection_rate - 0.375 1e-12
Position*Race Lieutenant*W selection_rate - 0.5813953488372093 1e-12
Position*Race Lieutenant*B selection_rate - 0.3157894736842105 1e-12
Position*Race Lieutenant*H selection_rate - 0.2 1e-12
- all auc - undefined 0
END

hmda=$shared/data/hmda_boston/HMDA.csv
run_to hmda.csv audit "$hmda" --decision deny --favorable-decision no --group afam \
  --positive adverse --metrics selection_rate --format csv
figures hmda.csv <<'END'
afam no selection_rate - 0.0926016658500735 1e-12
afam yes selection_rate - 0.2831858407079646 1e-12
END
