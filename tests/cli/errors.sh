#!/bin/bash
# Wrong usage and wrong input: exit 2, one line on stderr that names the thing and the mend, nothing
# on stdout, and nothing written.
. "${0%/*}/kit.bash"

# refused NAME REGEX ARGUMENTS…
refused() {
  local name=$1 regex=$2 status; shift 2
  mkdir clean && (cd clean && "$es" "$@" >../out 2>../err)
  status=$?
  [ $status -eq 2 ] || fail "$name: exit $status: evenscore $*: $(head -c 300 err)"
  [ ! -s out ] || fail "$name: on stdout: $(head -c 200 out)"
  [ "$(wc -l <err)" -eq 1 ] || fail "$name: $(wc -l <err) lines on stderr: $(head -c 500 err)"
  grep -qE -- "^evenscore: .*$regex" err || fail "$name: \"$(cat err)\" does not say /$regex/"
  rmdir clean 2>err || fail "$name: something was written: $(ls -A clean)"
}

printf 'y,s,g\n1,0.5,a\n0,0.4,b\n' >a.csv
a=$work/a.csv
A=(--outcome y --favorable-outcome 1 --score s --higher-is better --cutoff 0.5 --group g)

refused 'unknown command' 'no command "rnu"; did you mean "run"\?' rnu
refused 'unknown help' 'no command "reprot"; did you mean "report"\?' help reprot
refused 'unknown option' 'no option --peple; did you mean --people\?' run --peple 3
refused 'unknown option of audit' 'no option --scroe; did you mean --score\?' audit "$a" --scroe s
refused 'option of nothing' 'no option --zzzzzzz; see --help' run --zzzzzzz 1
refused 'unknown letter' 'no option -x' run -x 1
refused 'no value' '--people wants a value' run --people
refused 'unknown scorer' 'no scorer "logistc"; did you mean "logistic"\?' run --scorer logistc
refused 'unknown scorer option' 'scorer logistic: .*"l3"; did you mean "l2"\?' run --scorer logistic:l3=1
refused 'scorer option beyond' 'l2 = -1: give a number from 0 to' run --scorer logistic:l2=-1
refused 'scorer option without value' 'key=value' run --scorer logistic:l2
refused 'same scorer twice' 'twice' run --scorer logistic --scorer logistic
refused 'unknown population' 'no population "cn-2107"; did you mean "cn-2017"\?' run --population cn-2107
refused 'unknown kind' 'no kind of dataset "cvs"; did you mean "csv"\?' run --population cvs:a.csv
refused 'unknown format' 'no format "txt"; did you mean "text"\?' run --format txt
refused 'unknown table' '--table mian: there are main, disparity, groups' run --table mian
refused 'unknown metric' 'no metric "selction_rate"; did you mean "selection_rate"\?' run --metrics selction_rate
refused 'unknown group' 'regon.*did you mean.*region' run --group regon --people 100 --train 100
refused 'unknown schema' 'no schema "compass"; did you mean "compas"\?' run --population "csv:$a" --schema compass
refused 'unknown policy' 'no policy "ratio"' run --policy ratio
refused 'policy beyond' 'policy rate: share = 2: give a number from 0 to 1' run --policy rate:share=2
refused 'unknown study' 'no study "defualt"; .*default' run defualt
refused 'unknown setting' 'no option "coverge_gap"; did you mean "coverage_gap"\?' run --set coverge_gap=0
refused 'unknown source' '\[source credt\].*did you mean \[source credit\]' run --set 'source credt.coverage=1'
refused 'setting without value' 'key=value' run --set coverage_gap
refused 'setting beyond' 'from 0 to 10' run --set coverage_gap=11
refused 'unknown thing' '"logistc"; did you mean "logistic"\?' describe logistc
refused 'unknown list' '"scorer"; did you mean scorers' list scorer
refused 'a word' '--people = many: give a whole number from 0 to' run --people many
refused 'half a person' '--people = 0.5: give a whole number' run --people 0.5
refused 'threads below' '--threads = -1: give a whole number from 0 to 1024' run --threads -1
refused 'confidence beyond' '--confidence = 2: give a number from 0.5' run --confidence 2
refused 'no such choice' '--positive = good: give one of favorable, adverse' run --positive good
refused 'too many arguments' 'one argument too many' run one two
refused 'two studies' 'one argument too many' report one two

refused 'no folder' '-o .*/none/x.json: the folder is not there' run -o "$work/none/x.json"
refused 'a folder' '-o .*: this is a folder' run -o "$work"
refused 'no study file' 'none.ini: cannot open: No such file' run none.ini
refused 'no results file' 'none.json: cannot open: No such file' report none.json
refused 'a folder as results' 'annot read|is a (folder|directory)' report "$work"
refused 'no file named' 'name a results file' report
refused 'not JSON' 'a.csv:1:1: not JSON' report "$a"
printf '{"schema": "evenscore-results/99"}\n' >future.json
refused 'another schema' 'future.json: .*evenscore-results/' report "$work/future.json"

refused 'no people' 'no such|none.csv: cannot open: No such file' audit none.csv "${A[@]}"
refused 'people in a folder' 'directory; give a CSV|folder; give a CSV' audit "$work" "${A[@]}"
refused 'nothing to audit' '--score COL' audit "$a"
refused 'no direction' '--higher-is better or worse' audit "$a" --outcome y --favorable-outcome 1 --score s --cutoff 1
refused 'no cut-off' '--cutoff X' audit "$a" --outcome y --favorable-outcome 1 --score s --higher-is better
refused 'no favourable value' '--favorable-outcome VALUE' audit "$a" --outcome y --score s --higher-is better --cutoff 1
refused 'no favourable decision' '--favorable-decision VALUE' audit "$a" --outcome y --favorable-outcome 1 --decision s
refused 'no such column' 'a.csv:1: there is no column "z"' audit "$a" "${A[@]}" --outcome z
refused 'never so' 'never says|no row says|no cell' audit "$a" "${A[@]}" --favorable-outcome 7
refused 'cut-off is no number' '--cutoff = x: give numbers' audit "$a" "${A[@]}" --cutoff x
refused 'no such direction' '--higher-is better or worse' audit "$a" "${A[@]}" --higher-is up

# broken NAME REGEX BYTES
broken() {
  printf "$3" >b.csv
  refused "$1" "b.csv$2" audit "$work/b.csv" "${A[@]}"
}
broken 'ragged row' ':3: 2 fields where the header has 3' 'y,s,g\n1,0.5,a\n1,0.5\n'
broken 'long row' ':2: 4 fields where the header has 3' 'y,s,g\n1,0.5,a,b\n'
broken 'bad number' ':3: column "s": "x" is not a number' 'y,s,g\n1,0.5,a\n0,x,b\n'
broken 'infinite' ':2: column "s": "inf" is not a number' 'y,s,g\n1,inf,a\n0,1,b\n'
broken 'hexadecimal' ':2: column "s": "0x1p3" is not a number' 'y,s,g\n1,0x1p3,a\n0,1,b\n'
broken 'empty' ': the file is empty' ''
broken 'header only' ':1: a header and no rows' 'y,s,g\n'
broken 'no header' ':1: there is no column "g"' '1,2,3\n4,5,6\n'
broken 'NUL' ':2: holds a NUL byte' 'y,s,g\n1,0.\0005,a\n'
broken 'not UTF-8' ':2: byte 7 is not UTF-8' 'y,s,g\n1,0.5,\377\376\n0,1,b\n'
broken 'open quote' ':2: the quote that opens' 'y,s,g\n1,0.5,"a\n'
for w in 1e10 1e300; do
  printf 'y,s,g,w\n1,0.5,a,%s\n0,0.4,b,1\n' $w >w.csv
  refused "weight $w" 'w.csv: column "w": .*divide them all' audit "$work/w.csv" "${A[@]}" --weight w
done
printf 'repaid,x\n1,2\n0,3\n' >c.csv
printf '[schema]\noutcome = repaid\nfavorable = 1\n[feature x]\ntype = nmber\n' >s.ini
refused 'schema with a typo' 's.ini:5: .*nmber.*give one of' run --population "csv:$work/c.csv" --schema "$work/s.ini"
printf '[schema]\noutcome = repaid\nfavorable = 1\n[feature x]\ntype = binary\n' >s.ini
refused 'unknown level' 'c.csv:2: column "x": .*2' run --population "csv:$work/c.csv" --schema "$work/s.ini"

# A line of 1 GiB is refused long before its end.
for first in '' 'y,s,g\n1,'; do
  printf "$first" >huge.csv; truncate -s 1G huge.csv
  begin=$(date +%s%N)
  refused '1 GiB line' 'huge.csv:[12]: ' audit "$work/huge.csv" "${A[@]}"
  ms=$((($(date +%s%N) - begin) / 1000000))
  [ $ms -lt 5000 ] || fail "a line of 1 GiB takes $ms ms to be refused"
  rm huge.csv
done

# study LINE REGEX: the third line of a study
study() {
  printf '[study]\nscorer = logistic\n%s\n' "$1" >t.ini
  refused "study: $1" "t.ini:3: .*$2" run "$work/t.ini"
}
study 'polulation = null' 'no option "polulation"; did you mean "population"\?'
study 'people = few' 'give a whole number'
study 'population null' 'give \[section\], key = value'
study 'seed = 1e99' 'give a whole number'
printf '[study]\npopulation = null\nscorer = logistic\n[scorer logistc]\nl2 = 1\n' >t.ini
refused 'study: section of no scorer' 't.ini:5: .*did you mean "logistic"\?' run "$work/t.ini"
printf '[study]\npopulation = null\n[sudty]\nseed = 1\n' >t.ini
refused 'study: no such section' 't.ini:4: .*unknown section' run "$work/t.ini"
exit 0
