"""Writes a results file for the transcripts of compare and check.

usage: results.py FILE [KEY=JSON…] <<END     KEY: a key of study, or population.KEY
  scorer metric place value half n           place: all, a group's name, gap; half - : no interval
  scorer metric place undefined reason       a number that is undefined
  … @ v1 v2 v3                               replicates of the line's number
"""
import json, sys

study = {'seed': 1, 'people': 0, 'train': 0, 'positive': 'favorable', 'undefined': 'keep',
         'confidence': 0.95, 'replicates': 1}
population = {'name': 'village', 'kind': 'synthetic', 'title': '', 'version': '1',
              'favorable': 'repays', 'people': 1000, 'train': 500, 'folds': 1, 'numbers': 0,
              'assumed': 0, 'definition': '[population]\ncoverage_gap = 1\n'}
for setting in sys.argv[2:]:
    key, value = setting.split('=', 1)
    target = population if key.startswith('population.') else study
    target[key.split('.', 1)[-1] if target is population else key] = json.loads(value)

rows, replicates, scorers = [], [], []
for line in sys.stdin.read().splitlines():
    words, _, values = line.partition(' @ ')
    words = words.split(None, 5)
    if not words:
        continue
    scorer, metric, place, value = words[:4]
    scorer = scorer.replace('\\n', '\n')
    if scorer not in scorers:
        scorers.append(scorer)
    gap = place == 'gap'
    row = {'population': population['name'], 'scorer': scorer, 'policy': 'cut',
           'attribute': '' if place == 'all' else 'region', 'group': '' if gap else place,
           'metric': metric, 'reduction': 'between_groups' if gap else ''}
    if value == 'undefined':
        row |= {'value': None, 'low': None, 'high': None, 'confidence': None, 'method': '', 'n': 0,
                'status': 'undefined: ' + ' '.join(words[4:])}
    else:
        x, half = float(value), None if words[4] == '-' else float(words[4])
        row |= {'value': x, 'low': None if half is None else x - half,
                'high': None if half is None else x + half,
                'confidence': None if half is None else 0.95, 'method': 'wilson',
                'n': int(words[5]), 'status': 'ok'}
    rows.append(row)
    values = [float(v) for v in values.split()]
    if values:
        study['replicates'] = len(values)
    address = {k: row[k] for k in list(row)[:7]}
    replicates += [address | {'replicate': r, 'value': v} for r, v in enumerate(values)]

tables = {'replicates': replicates} if replicates else {}
json.dump({'schema': 'evenscore-results/1', 'evenscore': '0.1.0', 'study': study,
           'populations': [population],
           'scorers': [{'name': s, 'summary': '', 'cite': '', 'yardstick': s == 'random',
                        'model': ''} for s in scorers],
           'metrics': rows, 'tables': tables, 'tallies': [], 'warnings': []},
          open(sys.argv[1], 'w', encoding='utf-8'))
