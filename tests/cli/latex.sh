#!/bin/bash
# LaTeX tables: their numbers are the results', and pdflatex has nothing to say about them, whatever names
# are in them.
. "${0%/*}/kit.bash"

run_to /dev/null run --people 4000 --train 2000 --bootstrap 0 --attribute demographic_parity_difference \
  --periods 1 -o plain.json
python3 - <<'END'
import json
hostile = '<script>&amp; 100% a_b {x} #1 $y^2$ ~ \\input{z} | "q" `c` \'s\' שלום 中文\nnext ' + 'long_name' * 14
def replace(x):
    if isinstance(x, str): return x.replace('rule_list', hostile)
    if isinstance(x, list): return [replace(y) for y in x]
    return {k: replace(v) for k, v in x.items()} if isinstance(x, dict) else x
json.dump(replace(json.load(open('plain.json'))), open('hostile.json', 'w'))
END
for file in plain hostile; do
  for table in main disparity groups attribution harm dynamics trajectory; do
    run_to $file-$table.tex report $file.json --format latex --table $table
  done
  run_to $file-across.tex report $file.json --format latex --transpose --label "tab:$file" --caption 'Across, $n = 4000$'
done
grep -q '\\caption{Across, \$n = 4000\$}' plain-across.tex || fail "the caption is not the author's"
grep -q '\\label{tab:plain}' plain-across.tex || fail "there is no label"

# What stands in the cells is what stands in the results, to the digits that are shown.
"$es" report plain.json --format csv >plain.csv
python3 - <<'END' || fail "a number is not the results'"
import csv, re, sys
value = {}
for row in csv.DictReader(open('plain.csv')):
    if row['group'] in ('all', '') and row['reduction'] in ('', 'between_groups') and row['status'] == 'ok':
        value.setdefault(row['scorer'], []).append(float(row['value']))
seen = 0
for line in open('plain-main.tex'):
    if line.startswith('\\bottomrule'):
        break
    cells = [c.strip() for c in line.rstrip().rstrip('\\').split('&')]
    scorer = cells[0].replace('\\_', '_').replace('\\allowbreak{}', '')
    for cell in cells[1:] if scorer in value else []:
        number = re.fullmatch(r'(?:\\bfseries )?(-?[0-9.]+)', cell)
        if not number:
            continue
        zeros = len(number[1]) - len(number[1].rstrip('0')) if '.' not in number[1] else 0
        unit = 10.0 ** (zeros - len(number[1].partition('.')[2]))
        if not any(abs(v - float(number[1])) <= 0.5001 * unit for v in value[scorer]):
            sys.exit(f'{scorer}: {cell}')
        seen += 1
sys.exit(seen < 25)
END

refused() { "$es" report "$@" >out 2>err; [ $? -eq 2 ] && [ "$(wc -l <err)" -eq 1 ] || fail "report $*: $(cat err)"; }
refused plain.json --metrics f1
refused plain.json --table groups --groups nobody
refused plain.json --table levers

# siunitx would set 0.3465 as 0.346,5.
grep -q 'group-digits=integer' plain-main.tex || fail 'decimals are grouped'
command -v pdflatex >/dev/null || { echo "skipped: no pdflatex"; exit 0; }
for style in siunitx adjustbox booktabs; do
  kpsewhich $style.sty >/dev/null || { echo "skipped: no $style.sty"; exit 0; }
done
{ echo '\documentclass{article}\usepackage[T1]{fontenc}\usepackage{textcomp,booktabs,siunitx,array,adjustbox,longtable}'
  echo '\setlength{\topmargin}{-1cm}\setlength{\textheight}{24cm}\begin{document}'
  for tex in *.tex; do printf '\\input{%s}\\clearpage\n' "$tex"; done
  echo '\end{document}'; } >all.doc
mv all.doc all.ltx # the columns of long tables settle in some passes
for pass in 1 2 3 4; do pdflatex -interaction=nonstopmode all.ltx >all.out 2>/dev/null || fail "pdflatex: $(grep -A3 '^!' all.out | head -n 8)"; done
! grep -E 'Warning|Overfull|Underfull' all.out || fail "pdflatex has something to say"
! command -v pdftotext >/dev/null || ! pdftotext all.pdf - | grep -E '[0-9][.][0-9]{3},' || fail "decimals are grouped"
