#!/bin/bash
# Shards put together, and interrupted runs completed: the same bytes as one whole run, whatever the
# study asks for; and what does not belong together is refused by name.
. "${0%/*}/kit.bash"

small=(--people 6000 --train 2000 --scorer logistic --scorer composite_index --scorer oracle --bootstrap 50)
mkdir whole

# sharded NAME SHARDS ARGUMENTS…
sharded() {
  local name=$1 shards=$2 i files=(); shift 2
  run_to whole/table run "$@" -o whole/results.json
  for ((i = shards; i >= 1; i--)); do
    run_to out run "$@" --shard "$i/$shards" --threads "$i" -o "$name-$i.json"
    [ ! -s out ] || fail "$name: a shard prints: $(head -n 3 out)"
    files+=("$name-$i.json")
  done
  run_to table merge "${files[@]}" -o results.json
  same whole/results.json results.json "$name in $shards shards"
  same whole/table table "$name in $shards shards, printed"
}
sharded one 1 "${small[@]}"
sharded five 5 "${small[@]}"
sharded worlds 2 "${small[@]}" --attribute demographic_parity_difference
sharded refitted 2 --people 3000 --train 1000 --scorer logistic --bootstrap 0 --refit \
  --attribute demographic_parity_difference
sharded sweep 2 "${small[@]}" --sweep coverage_gap=0,1 --missing-policies
sharded replicates 3 --people 2000 --train 1000 --scorer logistic --scorer rule_list --replicates 3
sharded policies 2 "${small[@]}" --population us-2020 --population cn-2017 --policy rate:share=0.5 \
  --policy cutoff:at=0.4
sharded months 2 --people 9000 --train 1000 --scorer logistic --periods 4 --refit-every 2 --bootstrap 0
sharded reasons 3 --people 3000 --train 1000 --scorer scorecard --scorer composite_index --reasons --bootstrap 0
sharded levers 2 --system court-list --people 2000 --train 1000 --levers --bootstrap 0
python3 - >people.csv <<'END'
import random
random.seed(5)
print('paid,income,debt,sex')
for i in range(900):
    income = random.gauss(0, 1)
    print(int(random.random() < 1 / (1 + 2.7 ** -income)), income if i % 7 else '', i % 5, 'fm'[i % 2], sep=',')
END
cat >people.ini <<'END'
[schema]
outcome = paid
favorable = 1
groups = sex
[feature income]
type = number
[feature debt]
type = number
END
sharded csv 3 --population csv:people.csv --schema people.ini --scorer logistic:gate=none --folds 3 --bootstrap 50

# What is refused: exit 2, one line that names the file and the key, and nothing written.
refused() { # regex, arguments…
  local regex=$1; shift
  "$es" "$@" >out 2>err; local status=$?
  [ $status -eq 2 ] && [ ! -s out ] && [ "$(wc -l <err)" -eq 1 ] && grep -qE -- "$regex" err ||
    fail "evenscore $*: exit $status, \"$(cat err)\" does not say /$regex/"
  [ ! -e never.json ] || fail "evenscore $*: something was written"
}
cut=five-2.json
run_to out run "${small[@]}" --seed 7 --shard 2/5 -o seed.json
run_to out run "${small[@]}" --shard 2/4 -o quarter.json
head -c $(($(stat -c %s $cut) - 40)) $cut >short.json
sed '5s/\(,\)\([0-9]\)/\1\20/' $cut >changed.json
cmp -s $cut changed.json && fail "nothing was changed"
sed 's/"evenscore":"/&9./' $cut >version.json
printf 'nothing\n' >nothing.json
: >empty.json
all=(five-1.json five-3.json five-4.json five-5.json)
refused '^evenscore: five-1.json: shards: .*shard 2/5 is missing' merge "${all[@]}" -o never.json
refused '^evenscore: five-1.json: shard: 1/5 is there twice: also five-1.json' merge "${all[@]}" five-1.json -o never.json
refused '^evenscore: seed.json: seed: "7", where five-1.json has "2018"' merge "${all[@]}" seed.json -o never.json
refused '^evenscore: quarter.json: shards: one of 4, where five-1.json is one of 5' merge "${all[@]}" quarter.json -o never.json
refused '^evenscore: short.json: checksum: .*cut off' merge "${all[@]}" short.json -o never.json
refused '^evenscore: changed.json: checksum: .*changed or damaged' merge "${all[@]}" changed.json -o never.json
refused '^evenscore: version.json: checksum' merge "${all[@]}" version.json -o never.json
refused '^evenscore: nothing.json: schema' merge "${all[@]}" nothing.json -o never.json
refused '^evenscore: empty.json: schema' merge "${all[@]}" empty.json -o never.json
refused '^evenscore: results.json: schema: these are finished results' merge results.json -o never.json
refused '^evenscore: none.json: cannot open' merge none.json -o never.json
refused 'merge: name all shards' merge -o never.json
refused '^evenscore: five-1.json: key schema: these are the tallies' report five-1.json
refused '^evenscore: five-1.json: finished: there is nothing left' run --resume five-1.json
refused '^evenscore: results.json: schema: these are finished results' run --resume results.json
refused 'resume: the study is the file.s: there is no option --seed' run --resume five-1.json --seed 2
refused 'shard 6/5: give I/N' run --shard 6/5 -o never.json
refused 'shard two: give I/N' run --shard two -o never.json
refused 'shard 2/5: name the file' run --shard 2/5

# The data must be the same, too.
sed -i '2s/^[01]/1/;3s/^[01]/0/;4s/,[^,]*,/,9,/' people.csv
run_to out run --population csv:people.csv --schema people.ini --scorer logistic:gate=none --folds 3 --bootstrap 50 --shard 2/3 -o csv-2.json
refused 'learned something else there' merge csv-1.json csv-2.json csv-3.json -o never.json
exit 0
