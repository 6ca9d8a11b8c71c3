#!/bin/bash
# Names that would break a format do not: markup, formulas, mentions, commands to a terminal, words from
# right to left, 200 characters.  And every number of a table is the results', to the digits shown.
. "${0%/*}/kit.bash"

python3 - <<'END'
import json
names = ['<script>alert(1)</script>', 'a & b_c_d %e{f}', '#1 $x^2$ $y$ ~s~ ^ \\ | end', '@user [x](y) *b* `c` <!--',
         'new\nline\ttab \x1b[31mred\x07\x9b', 'שלום עולם', '中文组别', '"quoted", \'single\'', 'long ' * 40]
def quoted(text): return '"' + text.replace('"', '""') + '"'
rows = ['y,d,score,who']
for k, name in enumerate(names):
    for i in range(40):
        score = '' if i % (5 + k) == 0 else f'{(i * 7 + k * 3) % 20 / 20}'
        rows.append(f'{int((i * 3 + k) % 5 > 1)},{int((i + k) % 3 > 0)},{score},{quoted(name)}')
open('hostile.csv', 'w').write('\n'.join(rows) + '\n')
json.dump(names, open('names.json', 'w'))
END
run_to main.text audit hostile.csv --outcome y --favorable-outcome 1 --score score --higher-is better --cutoff 0.5 --group who \
  -o results.json
for format in $("$es" list reports | awk '{print $1}'); do
  for table in main groups tests; do run_to "$table.$format" report results.json --format "$format" --table $table; done
done
LC_ALL=C run_to groups.ascii report results.json --table groups
run_to rows.csv report results.json --format csv
run_to disparity.markdown report results.json --format markdown --table disparity
run_to across.markdown report results.json --format markdown --table groups --transpose --digits 2

python3 - <<'END' || fail "see above"
import csv, html, json, re, sys
names = json.load(open('names.json'))
rows = list(csv.DictReader(open('rows.csv', newline='')))
if {r['group'] for r in rows} - {'', 'all'} != set(names):
    sys.exit('the CSV does not give the names back')
if {m['group'] for m in json.load(open('main.json'))['metrics']} - {'', 'all'} != set(names):
    sys.exit('the JSON does not give the names back')

ascii = [l for l in open('groups.ascii', 'rb').read().decode('ascii').split('\n')]
at = next(i for i, l in enumerate(ascii) if l.startswith('---'))
if len({l[:29] for l in ascii[at + 1:at + 1 + len(names)]}) != len(names): sys.exit('names are one in ASCII')

def plain(name):  # as tables hold it
    line = re.sub('[\x00-\x1f\x7f-\x9f]', ' ', name)
    return re.sub('([\u0590-\u08ff])(?=$| [^\u0590-\u08ff])', '\\1\u200e', line)

for file in ('main.text', 'groups.text', 'main.markdown', 'groups.markdown', 'main.card', 'groups.latex', 'main.html'):
    text = open(file, newline='').read()
    bad = re.search('[\x00-\x08\x0b-\x1f\x7f]' if file == 'main.html' else '[\x00-\x08\x0b-\x1f\x7f-\x9f]', text)
    if bad: sys.exit(f'{file}: control character {bad[0]!r}')
    if file != 'main.html' and 'text' not in file and '<script' in text: sys.exit(f'{file}: a tag')

# What GitHub would show of a cell: escapes and entities undone, comments gone, emphasis taken off.
def shown(cell):
    cell = re.sub(r'^\*\*(.*?)\*\*', r'\1', cell.strip())
    if re.search(r'(?<!\\)[$*`\[\]~|]|(?<![\\0-9A-Za-z])_|<(?!!-- -->)', cell): sys.exit(f'not escaped: {cell}')
    return html.unescape(re.sub(r'\\(.)', r'\1', cell.replace('<!-- -->', ''))).replace('\xa0', ' ')

def table(file):
    lines = [l for l in open(file) if l.startswith('|')]
    if len({len(re.findall(r'(?<!\\)\|', l)) for l in lines}) != 1: sys.exit(f'{file}: rows differ in their cells')
    cells = [[shown(c) for c in re.split(r'(?<!\\)\|', l)[1:-1]] for l in lines]
    return cells[0], cells[2:]

def is_value(text, x):  # 0.742, 1,234, <0.001
    text = text.split(' ±')[0].replace(',', '')
    if text[0] in '<>': return 0 < abs(x) < abs(float(text[1:]))
    decimals = len(text.partition('.')[2])
    zeros = 0 if decimals else len(text) - len(text.rstrip('0'))
    return abs(float(text) - x) <= 0.5001 * 10.0 ** (min(zeros, len(text) - 1) - decimals)

heading = {'no score ↓': 'abstention_rate', 'selected': 'selection_rate', 'TPR ↑': 'true_positive_rate',
           'FPR ↓': 'false_positive_rate', 'wrongly denied ↓': 'wrongful_denial_rate',
           'wrongly approved ↓': 'wrongful_approval_rate', 'AUC ↑': 'auc'}
value = {(r['group'], r['metric']): r for r in rows if r['reduction'] == ''}
seen = 0
def check(name, head, cell):
    global seen
    if head not in heading or name is None: return
    row = value[(name, heading[head])]
    if row['status'] != 'ok':
        if not cell.startswith('undefined '): sys.exit(f'{name}: {head}: {cell}')
    elif not is_value(cell, float(row['value'])): sys.exit(f'{name}: {head}: {cell} is not {row["value"]}')
    seen += 1
named = {plain(n).strip(): n for n in names}
head, body = table('groups.markdown')
if len(body) != len(names): sys.exit('not a row for each group')
for line in body:
    for h, cell in zip(head, line): check(named[line[head.index('who')]], h, cell)
head, body = table('across.markdown')
if len(head) != len(names) + 1: sys.exit('not a column for each group')
for line in body:
    for h, cell in zip(head[1:], line[1:]): check(named[h.removeprefix('score ').strip()], line[0], cell)
# Text: the numbers of each line in order, from the right.
lines = open('groups.text').read().split('\n')
at = next(i for i, l in enumerate(lines) if l.startswith('─'))
for name, line in zip(sorted(names, key=[r['group'] for r in rows].index), lines[at + 1:at + 1 + len(names)]):
    cells = re.findall(r'undefined [¹-⁹]|[<>]?-?[0-9][0-9.,]*', line[29:])
    if not is_value(cells[-1], float(value[(name, 'auc')]['value'])): sys.exit(f'text: {line}')
    seen += 1
if seen < 9 * 7 * 2: sys.exit(f'only {seen} numbers were looked at')
table('disparity.markdown'), table('main.markdown'), table('tests.markdown')
END

# Undefined numbers say why, in every format and table; what is asked for and not there says how to get it.
run_to /dev/null audit hostile.csv --outcome y --favorable-outcome 1 --decision d --favorable-decision 1 --group who -o decided.json
formats=$("$es" list reports | awk '{print $1}')
for format in $formats; do
  run_to out report decided.json --format "$format"
  grep -q 'no term of a denial is stated' out || fail "$format does not say why a number is undefined"
done
refused() { # words, arguments…
  local words=$1; shift
  "$es" report "$@" >out 2>err && fail "report $*: taken"
  [ ! -s out ] && [ "$(wc -l <err)" -eq 1 ] && grep -q -- "$words" err || fail "report $*: $(cat err)"
}
for format in text markdown latex csv; do
  refused 'run the study with --sweep' results.json --format $format --table sweep
  refused 'run the study with --attribute' results.json --format $format --table attribution
  refused 'run the study with --metrics' results.json --format $format --metrics brier_gap
  refused 'no such group' results.json --format $format --table groups --groups nobody
done
sed 's|evenscore-results/1|evenscore-results/0|' results.json >old.json
for format in $formats; do refused 'evenscore-results/0.*run the study again' old.json --format "$format"; done
refused 'run the study again' old.json --figures drawn
for command in 'compare old.json results.json' 'check results.json --baseline old.json' 'merge old.json'; do
  # shellcheck disable=SC2086
  "$es" $command >out 2>err && fail "$command: taken"
  [ ! -s out ] && [ "$(wc -l <err)" -eq 1 ] && grep -q '^evenscore: .*old.json' err || fail "$command: $(cat err)"
done
"$es" report results.json --format csv --metrics auc --groups 中文组别 >out
[ "$(wc -l <out)" -eq 2 ] || fail "--metrics and --groups do not choose rows of the CSV: $(cat out)"
