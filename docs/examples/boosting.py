#!/usr/bin/env python3
"""A scorer for --scorer 'command:probability=yes python3 boosting.py': scikit-learn's gradient boosting, which takes
numbers that are not seen as such."""
import os, pickle, sys
import pandas
from sklearn.ensemble import HistGradientBoostingClassifier
verb, folder = sys.argv[1:3]
people = pandas.read_csv(sys.stdin)
if verb == 'fit':                                       # the columns outcome and weight stand in front
    columns = people.columns[2:].intersection(people.select_dtypes('number').columns)
    model = HistGradientBoostingClassifier(random_state=int(os.environ['EVENSCORE_SEED']))
    model.fit(people[columns].to_numpy(float), people.outcome, people.weight)
    pickle.dump((columns, model), open(folder + '/model.pickle', 'wb'))
else:                                                   # a line per person: a number, or nothing
    columns, model = pickle.load(open(folder + '/model.pickle', 'rb'))
    known = people[columns].notna().any(axis=1)
    for chance, seen in zip(model.predict_proba(people[columns].to_numpy(float))[:, 1], known):
        print(chance if seen else 'no_record')
