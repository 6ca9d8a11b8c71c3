#!/usr/bin/env python3
"""A scorer for --scorer 'command:python3 my_model.py': how much is on record, on the scale of the mean outcome."""
import csv, json, sys
verb, folder = sys.argv[1:3]
people = list(csv.DictReader(sys.stdin))
if verb == 'fit':                                       # the columns outcome (1: favourable) and weight stand in front
    good = sum(row['outcome'] == '1' for row in people) / len(people)
    json.dump(good, open(folder + '/model.json', 'w'))
else:                                                   # a line per person: a number, or why there is none
    good = json.load(open(folder + '/model.json'))
    for row in people:
        seen = [value for value in row.values() if value]
        print(good * len(seen) / len(row) if seen else 'no_record')
