"""Looks figures up in a tidy CSV: the file's name, and lines on standard input of
attribute group metric reduction value tolerance [scorer]; - is empty, ~ a blank inside a word,
"undefined" in place of a value wants just that."""
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], encoding='utf-8', newline='')))
wrong = 0
for line in filter(str.strip, sys.stdin):
    words = [w.replace('~', ' ') for w in line.split()]
    attribute, group, metric, reduction, value, tolerance = ['' if w == '-' else w for w in words[:6]]
    found = [r for r in rows if (r['attribute'], r['group'], r['metric'], r['reduction']) ==
             (attribute, group, metric, reduction) and words[6:] in ([], [r['scorer']])]
    if len(found) != 1:
        got, good = f'{len(found)} rows', False
    elif value == 'undefined':
        got = found[0]['status']
        good = got.startswith('undefined: ') and not found[0]['value'] + found[0]['low'] + found[0]['high']
    else:
        got = found[0]['value'] or found[0]['status']
        good = found[0]['status'] == 'ok' and abs(float(found[0]['value']) - float(value)) <= float(tolerance)
    if not good:
        print(f'{line.strip()}: got {got}')
        wrong += 1
sys.exit(wrong > 0)
