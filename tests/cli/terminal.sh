#!/bin/bash
# Text fits what it goes to: the width of a terminal, colours only there, ASCII where the locale has no
# more; and says the same everywhere.
. "${0%/*}/kit.bash"

run_to /dev/null run --people 3000 --train 1500 --bootstrap 50 --attribute demographic_parity_difference -o results.json
run_to /dev/null run --people 3000 --train 1500 --bootstrap 50 --scorer logistic -o one.json
for table in main groups harm tests; do
  run_to $table.utf8 report results.json --table $table
  LC_ALL=C run_to $table.ascii report results.json --table $table
  LC_ALL=C run_to out report results.json --table $table -o $table.file
  same $table.utf8 $table.file "a file, whatever the locale"
done
env LC_ALL=xx_XX.nowhere "$es" report results.json >out 2>err || fail "exit $?: $(cat err)"
same main.ascii out "a locale that is not there"
grep -q '█' main.utf8 && grep -q '##' main.ascii || fail 'no bars beside the parts of the gaps'
run_to harm report one.json --table harm
grep -q '█' harm && grep -q '^Bars: ' harm || fail "no bars of harm: $(cat harm)"
LC_ALL=C run_to compared compare results.json one.json
LC_ALL=C "$es" check results.json --baseline results.json >gated || fail "check: exit $?"

# Names beyond ASCII stay apart in it.
printf 'y,d,g\n' >people.csv
for g in é è 城 乡; do for i in 0 1 2 3; do printf '%s,%s,%s\n' $((i % 2)) $((i / 2)) $g; done; done >>people.csv
audit=(audit people.csv --outcome y --favorable-outcome 1 --decision d --favorable-decision 1 --group g --table groups)
LC_ALL=C run_to named "${audit[@]}"
[ "$(grep -o '<U+[0-9A-F]*>' named | sort -u | wc -l)" -eq 4 ] || fail "names in ASCII: $(cat named)"

cat >check.py <<'END'
import fcntl, os, pty, re, struct, subprocess, sys, termios
program = sys.argv[1]

for name in ('main.ascii', 'groups.ascii', 'harm.ascii', 'tests.ascii', 'compared', 'gated', 'named'):
    text = open(name, 'rb').read()
    assert text.isascii() and b'\x1b' not in text and text.strip(), name
    assert max(map(len, text.split(b'\n'))) <= 100, name
numbers = lambda name: re.findall(r'[0-9][0-9.,]*', re.sub('[¹²³⁴]|\\([1-4]\\)', '', open(name).read()))
for table in ('main', 'groups', 'tests'): # the same numbers in the same order
    assert numbers(table + '.ascii') == numbers(table + '.utf8'), table

try:
    for end in pty.openpty():
        os.close(end)
except OSError:
    print('skipped: no terminals here')
    sys.exit()

def on_terminal(wide, *args, **env):
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack('HHHH', 24, wide, 0, 0))
    plain = {k: v for k, v in os.environ.items() if k not in ('COLUMNS', 'NO_COLOR')}
    child = subprocess.Popen([program, 'report', *args], stdin=theirs, stdout=theirs, stderr=theirs,
                             env={**plain, 'TERM': 'xterm', **env})
    os.close(theirs)
    text = b''
    try:
        while piece := os.read(ours, 65536):
            text += piece
    except OSError: # the other end is closed
        pass
    os.close(ours)
    assert child.wait() == 0, text
    return text.decode().replace('\r\n', '\n')

def widest(text):
    return max(len(line) for line in re.sub('\x1b\\[[0-9]*m', '', text).split('\n'))

for wide in (60, 80, 140):
    for args in (('results.json',), ('results.json', '--table', 'harm')):
        text = on_terminal(wide, *args)
        assert widest(text) <= wide, (wide, args, text)
        assert '\x1b[1m' in text and '\x1b[0m' in text
        assert f'Left out to fit {wide} columns' in text or wide == 140, text
assert 100 < widest(on_terminal(140, 'results.json')), 'the place is not used'
assert widest(on_terminal(140, 'results.json', COLUMNS='70')) <= 70, 'COLUMNS is not a wish'
assert on_terminal(100, 'results.json', NO_COLOR='1') == open('main.utf8').read()
assert '\x1b' not in on_terminal(100, 'results.json', TERM='dumb')
assert '\x1b[1m' in on_terminal(100, 'results.json', NO_COLOR='')
assert on_terminal(100, 'results.json', NO_COLOR='1', LC_ALL='C') == open('main.ascii').read()
for wide in (1, 10, 0): # narrower than any table, and a terminal that does not say
    assert 'logistic' in on_terminal(wide, 'results.json') or wide, wide
END
python3 check.py "$es" || fail 'see above'
COLUMNS=60 run_to out report results.json
same main.utf8 out 'a pipe has 100 columns'
