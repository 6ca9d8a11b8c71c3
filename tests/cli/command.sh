#!/bin/bash
# Any program as a scorer; also such as crash, hang, lie and flood: each costs its own row and one line, and
# leaves neither a process nor a folder behind.
. "${0%/*}/kit.bash"
export TMPDIR=$work/tmp && mkdir "$TMPDIR"
few="--people 1500 --train 400"

cp "$root/docs/examples/my_model.py" .
# shellcheck disable=SC2086
run_to table run $few --scorer 'command:python3 my_model.py' --scorer random -o 1.json --threads 1
grep -q '^my_model ' table || fail "my_model has no row: $(head -n 12 table)"
for threads in 2 5; do
  # shellcheck disable=SC2086
  run_to table run $few --scorer 'command:python3 my_model.py' --scorer random -o n.json --threads $threads
  same 1.json n.json "a program, --threads $threads"
done

# It is asked about many people at once, and what it says does not depend on how many: some of 140,000 people here are
# judged by the third call.  Of calls there are fit, the training people, and those.
cat >seen.awk <<'END'
BEGIN { FS = ","; verb = ARGV[1]; ARGC = 1; print verb >>"calls" }
NR > 1 && verb == "score" { seen = 0; for (c = 1; c <= NF; c++) seen += $c != ""; print seen }
END
many="--population null --people 140000 --train 1000 --bootstrap 0"
# shellcheck disable=SC2086
run_to table run $many --scorer 'command:awk -f seen.awk' --scorer random -o 1.json --threads 1
[ "$(sort calls | uniq -c | tr -s ' ' | tr '\n' ';')" = ' 1 fit; 4 score;' ] || fail "calls: $(sort calls | uniq -c)"
# shellcheck disable=SC2086
run_to table run $many --scorer 'command:awk -f seen.awk' --scorer random -o n.json --threads 3
same 1.json n.json "140,000 people, --threads 3"
for part in 1 2; do
  # shellcheck disable=SC2086
  run_to table run $many --scorer 'command:awk -f seen.awk' --scorer random --shard $part/2 -o $part.shard
done
run_to table merge 1.shard 2.shard -o n.json
same 1.json n.json "140,000 people in two shards"

# shellcheck disable=SC2086
run_to table run $few --scorer 'command:name=mean probability=yes shell=yes python3 my_model.py "$@" | sed s/0.9/0.8/' --scorer random
grep -q '^mean ' table || fail "shell=yes: $(head -n 12 table)"

# A body behind what every bad program begins with; n is how many people it is asked for.
bad() { # NAME WORDS BODY [options]
  printf 'import os, signal, sys, time\nn = len(sys.stdin.read().splitlines()) - 1\nscore = sys.argv[1] == "score"\n%s\n' "$3" >"$1.py"
  # shellcheck disable=SC2086
  timeout 60 "$es" run $few --scorer "command:${4:-} python3 $1.py" --scorer random >out 2>err || fail "$1: exit $?: $(cat err)"
  tr '\n' ' ' <out | tr -s ' ' | grep -q "Warning: $1 on [^:]*: $2" || fail "$1 does not say \"$2\": $(grep Warning out)"
  grep -q '^random ' out || fail "$1: the run did not go on"
}
bad boom 'ended with exit status 1 while learning: no luck' 'sys.exit("no luck")'
bad short 'answered [0-9]* lines for [0-9]* people' 'print("0.5\n" * (n - 1) if score else "", end="")'
bad long 'answered more than [0-9]* lines' 'print("0.5\n" * (n + 1) if score else "", end="")'
bad words 'line [0-9]* of its answer is "nan"' 'print("0.5\n" * (n - 1) + "nan" if score else "")'
bad flood 'wrote more than [0-9]* bytes' 'while score: sys.stdout.write("0.5\n" * 100000)'
bad errors 'wrote more than 64 MB to standard error' 'while score: sys.stderr.write("no\n" * 100000)'
bad memory 'ended with exit status 1 while scoring: .*MemoryError' 'if score: bytearray(1 << 30)' memory_limit=200
bad crash 'crashed (Segmentation fault) while scoring' 'if score: os.kill(os.getpid(), signal.SIGSEGV)'
bad hang 'took more than 0.5 s' 'signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(3217)' time_limit=0.5
bad child 'took more than 0.5 s' 'os.fork() or os.setsid(); time.sleep(3217)' time_limit=0.5
# No shell reads the line unless it is asked to.
# shellcheck disable=SC2086
run_to out run $few --scorer 'command:python3 my_model.py ; touch never' --scorer 'command:name=asked shell=yes touch ever; false' --scorer random
[ ! -e never ] && [ -e ever ] || fail "a shell read the line: $(ls)"
refuses() { # words, then the scorer
  # shellcheck disable=SC2086
  "$es" run $few --scorer "$2" >out 2>err; [ $? -eq 2 ] && grep -q "$1" err || fail "$2: $(cat err)"
}
refuses 'there is no program no_such_thing' 'command:no_such_thing x'
refuses 'no program is named' 'command:time_limit=3'
refuses 'is not closed' 'command:python3 "my_model.py'
left=$(find "$TMPDIR" -mindepth 1 | head -n 3)
[ -z "$left" ] || fail "folders are left: $left"
left=$(grep -lzE '^(hang|child)[.]py$' /proc/[0-9]*/cmdline 2>/dev/null) # of ps and pgrep a bare machine has neither
[ -z "$left" ] || fail "a process is left: $left"
