#!/bin/bash
# report --figures: pictures in four formats, whose numbers are those of the results.
. "${0%/*}/kit.bash"

# Without gnuplot: one line that says how to get it, exit 3, nothing written.
mkdir bare
"$es" run --people 2000 --train 1000 --bootstrap 20 --attribute demographic_parity_difference \
  --sweep coverage_gap=0,1 --periods 2 -o results.json >/dev/null || fail "run: exit $?"
PATH=$work/bare "$es" report results.json --figures drawn >out 2>err
rc=$?
[ $rc -eq 3 ] || fail "without gnuplot: exit $rc"
[ "$(wc -l <err)" -eq 1 ] && grep -q 'apt-get install gnuplot-nox' err || fail "without gnuplot: $(cat err)"
[ ! -e drawn ] && [ ! -s out ] || fail 'without gnuplot something is written'
"$es" report results.json --figures drawn --figure-format bmp >out 2>err
[ $? -eq 2 ] && [ ! -e drawn ] || fail 'an unknown format is taken'
command -v gnuplot >/dev/null || { echo 'skipped: no gnuplot'; exit 0; }

# Names that a shell, gnuplot or LaTeX would take for themselves.
python3 - <<'END'
import json
text = open('results.json', encoding='utf-8').read()
for plain, hostile in (('logistic', "l'`touch pwned`$(touch pwned)@%s_{}^~\\"), ('rule_list', '\u05e9\u05dc\u05d5\u05dd' + 'x' * 200),
                       ('migrant', '<b>&"#\n|'), ('composite_index', '\u202e\u4e2d\u6587 \u00e9 100%')):
    text = text.replace(f'"{plain}"', json.dumps(hostile))
open('hostile.json', 'w', encoding='utf-8').write(text)
END
names='forest accuracy_disparity attribution harm scores points calibration sweep trajectory trajectory-2'
for format in svg pdf png tikz; do
  ending=$format; [ $format = tikz ] && ending=tex
  for results in results hostile; do
    run_to said report $results.json --figures drawn/ --figure-format $format
    for name in $names; do
      [ -s "drawn/$name.$ending" ] && [ -s "drawn/$name.gp" ] && [ -s "drawn/$name.dat" ] ||
        fail "$format of $results: no $name"
      grep -q "/$name.$ending: " said || fail "$name is not said: $(cat said)"
    done
    if grep -q 'left out' said; then fail "something is left out: $(cat said)"; fi
    [ ! -e pwned ] && [ ! -e drawn/pwned ] || fail 'a name was run'
  done
done

# By itself the script draws the same, but gnuplot then writes when.
cp -r drawn tikz
(cd drawn && gnuplot forest.gp) || fail 'the script does not run by itself'
sed '/^%% [A-Z][a-z][a-z] /d' drawn/forest.tex | cmp -s - tikz/forest.tex || fail 'the script draws something else'

# The same bytes on another day: gnuplot and cairo write the date, to the second.
for format in pdf tikz png svg; do run_to said report results.json --figures first-$format --figure-format $format; done
sleep 1
for format in pdf tikz png svg; do
  run_to said report results.json --figures drawn --figure-format $format
  for file in first-$format/*; do same "$file" "drawn/${file##*/}" 'the same figure twice'; done
done
run_to said report results.json --figures drawn -o table.txt

# SVG is XML in which the names stand as they are; TikZ compiles.
run_to said report hostile.json --figures hostile
run_to said report hostile.json --figures tikz --figure-format tikz
python3 - <<'END' || fail 'a name is lost'
import glob, xml.etree.ElementTree as tree
words = set()
for file in glob.glob('hostile/*.svg'):
    words |= {' '.join(''.join(e.itertext()).split()) for e in tree.parse(file).iter() if e.tag.endswith('}text')}
for name in ('<b>&"# |', "l'`touch pwned`…", '\u05e9\u05dc\u05d5\u05dd' + '\u200e' + 'x' * 11 + '…', '中文 é 100%'):
    assert name in words, (name, sorted(words))
assert not any('\u202e' in w for w in words), 'a turn of direction'
END
if command -v pdflatex >/dev/null && kpsewhich tikz.sty >/dev/null; then
  kpsewhich gnuplot-lua-tikz.sty >/dev/null || gnuplot -e 'set terminal tikz createstyle'
  { echo '\documentclass{article}\usepackage[T1]{fontenc}\usepackage{textcomp,gnuplot-lua-tikz}'
    echo '\usepackage[margin=1cm,paperwidth=21cm,paperheight=60cm]{geometry}\pagestyle{empty}\begin{document}'
    for tex in first-tikz/*.tex tikz/*.tex; do printf '\\noindent\\input{%s}\\clearpage\n' "$tex"; done
    echo '\end{document}'; } >all.ltx
  pdflatex -interaction=nonstopmode all.ltx >all.out 2>/dev/null || fail "pdflatex: $(grep -A3 '^!' all.out | head -n 8)"
  ! grep -E 'Warning: [^L]|Missing character' all.out || fail 'pdflatex has something to say of a figure'
else
  echo 'skipped: no pdflatex with TikZ: figures in TikZ'
fi
[ -s table.txt ] || fail '-o writes no report beside the figures'
[ -z "$(find drawn -name '*.dat.*' -o -name '*.gp.*')" ] || fail 'a temporary file is left'

# An audit has the figures that its columns allow.
printf 'y,s,g\n' >people.csv
for i in 0 1 2 3 4 5 6 7 8 9; do printf '%s,0.%s,a\n%s,0.%s,b\n' $((i > 4)) $i $((i % 2)) $i; done >>people.csv
run_to out audit people.csv --outcome y --favorable-outcome 1 --score s --higher-is better --cutoff 0.5 \
  --probability s --group g -o audit.json
run_to said report audit.json --figures audit
[ -s audit/calibration.svg ] && [ -s audit/points.svg ] || fail "an audit's shapes: $(cat said)"

# What is not there is said, not drawn.
run_to out run --people 2000 --train 1000 --scorer logistic -o small.json
run_to said report small.json --figures small
[ ! -e small/sweep.svg ] && grep -q '^left out: sweep: .*--sweep' said || fail "a sweep of nothing: $(cat said)"

python3 - <<'END' || fail 'the numbers are others'
import json
results = json.load(open('results.json', encoding='utf-8'))
def blocks(name):
    found = {}
    for line in open(f'drawn/{name}.dat', encoding='utf-8'):
        if line.startswith('# index '):
            rows = found.setdefault(line.split(': ', 1)[1].strip(), [])
        elif line.strip() and not line.startswith('#'):
            rows.append([float(x) for x in line.split('\t')])
    return found
def metric(name, scorer, reduction):
    return next(m for m in results['metrics'] if (m['metric'], m['scorer'], m['reduction']) == (name, scorer, reduction)
                and (m['group'] == 'all' or reduction and m['attribute'] == 'region'))
forest, both = blocks('forest'), blocks('accuracy_disparity')
for scorer in ('logistic', 'rule_list', 'composite_index'):
    gap, auc = metric('demographic_parity_difference', scorer, 'between_groups'), metric('auc', scorer, '')
    [[x, _, low, high, *_]] = forest[f'parity gap | {scorer}']
    assert (x, low, high) == (gap['value'], gap['low'], gap['high']), scorer
    [[x, y, *_]] = both[f'| {scorer}']
    assert (x, y) == (auc['value'], gap['value']), scorer
harm = blocks('harm')
for row in results['tables']['harm']:
    if row['attribute'] == 'region' and row['scorer'] == 'logistic':
        panel = f"{row['scorer']}, {row['harm'].replace('_', ' ')}"
        at = ['urban', 'migrant', 'rural'].index(row['group'])
        assert harm[f'{panel} | share of the harm'][at][0] == row['harm_share']
        assert harm[f'{panel} | share of the people'][at][0] == row['population_share']
tenths = [(r['predicted'], r['value'], r['low'], r['high']) for r in results['tables']['calibration']
          if (r['scorer'], r['group']) == ('logistic', 'rural')]
assert len(tenths) > 5 and [(t[0], t[1], t[4], t[5]) for t in blocks('calibration')['logistic | rural']] == tenths
months = blocks('trajectory')['approved share, logistic | rural']
wanted = [(r['month'], r['value'], r['low'], r['high']) for r in results['tables']['trajectory']
          if (r['scorer'], r['group'], r['measure']) == ('logistic', 'rural', 'approved_share')]
assert [(m[0], m[1], m[4], m[5]) for m in months] == wanted
# What a page has no room for stands on the next: each measure of each scorer, once.
pages = [k.split(' | ')[0] for name in ('trajectory', 'trajectory-2') for k in blocks(name)]
panels = {(r['measure'].replace('_', ' '), r['scorer']) for r in results['tables']['trajectory']
          if r['scorer'] in ('logistic', 'rule_list', 'composite_index') and r['value'] is not None}
assert len(pages) == 3 * len(set(pages)) and set(pages) == {f'{m}, {s}' for m, s in panels}, pages
END

# A sweep over words: a line for each, on it a point with its interval for each scorer.
run_to /dev/null run --people 2000 --train 1000 --bootstrap 20 --scorer logistic --scorer oracle \
  --sweep process.preset=court-2013,court-2017 --system court-list -o words.json
run_to said report words.json --figures words
[ -s words/sweep.svg ] || fail "no figure of a sweep over words: $(cat said)"
grep -q "set ytics ('court-2013' 0, 'court-2017' 1)" words/sweep.gp || fail 'the words are no axis'
python3 - <<'END' || fail 'a point of a word is not its number'
import json
rows = [r for r in json.load(open('words.json'))['tables']['sweep'] if r['metric'] == 'wrongful_restriction_days_per_1000'
        and r['group'] == 'all' and r['scorer'] == 'logistic' and not r['reduction']]
on, points = False, []
for line in open('words/sweep.dat', encoding='utf-8'):
    if line.startswith('# index '):
        on = line.split(': ', 1)[1].strip() == 'days per 1,000 | logistic'
    elif on and line.strip():
        points.append([float(x) for x in line.split('\t')])
assert [(p[0], p[2], p[3]) for p in points] == [(r['value'], r['low'], r['high']) for r in rows] and len(rows) == 2
assert all(k - 0.5 < p[1] < k + 0.5 for k, p in enumerate(points)), points
END
exit 0
