"""Times this program against what it is compared with, and writes docs/performance.md's tables.

run.py BUILD [--quick] [--write]      BUILD has evenscore and bench/ours
run.py BUILD --growth [--quick] [--write]      the second table alone

Each row is a pair, run in turn, again and again: a ratio is that of two things measured in the same
minute on the same machine, its range that of the pairs.  What is not installed is skipped and said.
"""
import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
COMPAS = os.path.join(HERE, '..', '..', '..', 'shared', 'data', 'corels_compas', 'compas_train.csv')
DOC = os.path.join(HERE, '..', '..', 'docs', 'performance.md')
FOUR = [a for s in ('logistic', 'rule_list', 'composite_index', 'oracle') for a in ('--scorer', s)]
VISIBLE = 8 * 9 + 5  # bytes of a person's eight columns with their masks, stratum and outcome


def output(command, threads):
    env = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(' '.join(command) + ': ' + done.stderr.strip()[-300:])
    return done.stdout


def inner(*command, threads=1):
    """The median of the seconds that a task prints."""
    return lambda: statistics.median(float(x) for x in output(list(command), threads).split())


def wall(*command, threads=1):
    def run():
        begin = time.perf_counter()
        output(list(command), threads)
        return time.perf_counter() - begin
    return run


def rows(build, quick):
    n = 200000 if quick else 1000000
    many = 2000000 if quick else 20000000
    ours, es = os.path.join(build, 'bench', 'ours'), os.path.join(build, 'evenscore')
    python = next((p for p in ('/usr/bin/python3', sys.executable) if has(p, 'import numpy, sklearn, pandas')), None)
    r = shutil.which('Rscript')
    r = r if r and subprocess.run([r, '-e', 'library(pROC)'], capture_output=True).returncode == 0 else None

    def mine(task, size, threads=1):
        return inner(ours, task, str(size), '3', threads=threads)

    def peer(task, size, threads=1):
        return python and inner(python, os.path.join(HERE, 'peers.py'), task, str(size), '2', threads=threads)

    def in_r(task, size):
        return r and inner(r, os.path.join(HERE, 'peers.R'), task, str(size), '2')

    def stream(people, threads):
        command = [es, 'run', *FOUR, '--threads', str(threads), '-o', os.devnull, '--people']
        long, short = wall(*command, str(people), threads=threads), wall(*command, '1000', threads=threads)
        return lambda: long() - short()

    def proved(price):
        options = f'lambda={price},support=0.005,conjuncts=2'
        return os.path.exists(COMPAS) and wall(es, 'fit', f'rule_list:{options}', '--data', COMPAS, '--outcome',
                                               'recidivate-within-two-years', '--favorable-outcome', '0')

    columns = inner(ours, 'move', str(many * VISIBLE // 8 // 4), '3')
    study = [es, 'run', '--people', str(n), '--threads', '2', '-o', os.devnull]
    return [
        # what, our side, the other side, its name, bar, whose time stands above: the other's
        (f'default study, {n:,} people, 2 threads', wall(*study, threads=2),
         python and wall(python, os.path.join(HERE, 'study.py'), str(n), threads=2), 'numpy + scikit-learn', '25 ×'),
        (f'generation, {n:,} people', mine('generate', n), peer('generate', n), 'numpy', '15 ×'),
        (f'AUC + DeLong, {n:,} scores', mine('auc', n), in_r('auc', n), 'R pROC', '90 ×'),
        (f'AUC + DeLong, {n:,} scores', mine('auc', n), peer('auc', n), 'scikit-learn (AUC alone)', '40 ×'),
        (f'confusion tallies, {n:,} people', mine('confusion', n), peer('confusion', n), 'numpy bincount', '8 ×'),
        (f'confusion tallies, {n:,} people', mine('confusion', n), peer('pandas-confusion', n), 'pandas groupby', ''),
        ('1,000 multinomials of 10,240 cells', mine('multinomial', n), peer('multinomial', n), 'numpy', '5 ×'),
        (f'intervals of {10 * n:,} people, B = 1,000', mine('bootstrap', 10 * n), mine('bootstrap', n // 10),
         f'of {n // 10:,}', '0.83 ×'),
        (f'logistic fit, {n:,} × 20', mine('logistic', n), in_r('glm', n), 'R glm.fit', '20 ×'),
        (f'logistic fit, {n:,} × 20', mine('logistic', n), peer('logistic', n), 'newton-cholesky', '5 ×'),
        (f'logistic fit, {n // 10:,} × 100', mine('logistic-wide', n // 10), in_r('glm-wide', n // 10), 'R glm.fit', '20 ×'),
        (f'logistic fit, {n // 10:,} × 100', mine('logistic-wide', n // 10), peer('logistic-wide', n // 10),
         'newton-cholesky', '5 ×'),
        (f'logistic fit, {n // 10:,} × 20 hard columns', mine('logistic-hard', n // 10), peer('logistic-hard', n // 10),
         'lbfgs, not converged', ''),
        (f'CSV, {n:,} × 20', mine('csv', n), peer('csv', n), 'pandas', '1 ×'),
        (f'CSV, {n:,} × 20', mine('csv', n), peer('csv-exact', n), 'pandas, exactly rounded', ''),
        (f'CSV, {n:,} × 20', mine('csv', n), mine('csv-libcsv', n), 'libcsv alone, numbers not read', ''),
        (f'greedy list of 5 rules, {n:,} × 20', mine('greedy', n), peer('tree', n), 'scikit-learn tree of depth 5',
         '100 ×'),
        ('best list, COMPAS, λ = 0.015, whole process', proved(0.015), lambda: 0.62,
         'CORELS 3a57a7e without GMP, on another machine', '50 ×'),
        ('best list, COMPAS, λ = 0.005, whole process', proved(0.005), lambda: 10, 'the bar itself', '1 ×'),
        ('composite index of 1,000 columns, 2 threads', mine('composite', 20000, 2), mine('composite-read', 20000, 2),
         'reading its bytes', '0.85'),
        (f'judging {many:,} people, 1 thread', stream(many, 1),
         lambda: columns() * 4, 'writing and reading their columns', '0.25'),
        (f'judging {many:,} people: 2 threads', stream(many, 2), stream(many, 1), '1 thread', '1.8 ×'),
    ]


def cpu(*command):
    """The seconds of processor that a command takes."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(' '.join(command) + ': ' + said.decode().strip()[-300:])
    return used.ru_utime + used.ru_stime


def divided(folder, parts):
    """cn-2017 with each of its strata divided into so many alike."""
    def divide(line):
        key, value = line.group(1), line.group(2).split()
        if key == 'correlation':
            return line.group(0)
        if key == 'strata':
            value = [f'{v}{k}' for v in value for k in range(parts)]
        elif key == 'share':
            value = [repr(float(v) / parts) for v in value for _ in range(parts)]
        else:
            value = [v for v in value for _ in range(parts)]
        return f'{key} = {" ".join(value)} '
    text = open(os.path.join(HERE, '..', '..', 'datasets', 'populations', 'cn-2017.ini')).read()
    text = re.sub(r'^reference = urban$', 'reference = urban0', text, flags=re.M)
    path = os.path.join(folder, 'divided.ini')
    with open(path, 'w') as file:
        file.write(re.sub(r'^(\w+) = ((?:[-\w.]+ ){2}[-\w.]+)(?=$| *;)', divide, text, flags=re.M))
    return path


def growing(build, quick, folder):
    """What, and the seconds of one person: of the study, and of what it is measured by."""
    es, n = os.path.join(build, 'evenscore'), 300000 if quick else 3000000
    one = [a for k in range(16) for a in ('--scorer', f'logistic:l2={k + 1}')]

    def person(*arguments, people=n, times=1):
        run = (es, 'run', '--threads', '1', '--bootstrap', '0', '-o', os.devnull, *arguments, '--people')
        return lambda: (cpu(*run, str(people)) - cpu(*run, '2000')) / (people - 2000) / times

    def intervals(people):
        replicates = '100' if quick else '500'
        run = (es, 'run', '--threads', '1', '--metrics', 'all', '-o', os.devnull, '--people', str(people), '--bootstrap')
        return lambda: (cpu(*run, replicates) - cpu(*run, '0')) / int(replicates)

    study = person()
    return [
        (f'10 times as many people, {10 * n:,}', person(people=10 * n), study),
        ('12 groups instead of 3', person('--population', divided(folder, 4)), study),
        ('4 logistic regressions instead of 1', person(*one[:8]), person(*one[:2])),
        ('16 logistic regressions instead of 1', person(*one), person(*one[:2])),
        ('attribution, each of its 16 worlds',
         lambda: (person('--attribute', 'demographic_parity_difference')() - study()) / 16, study),
        ('8 replicates, each', person('--replicates', '8', times=8), study),
        (f'a replicate of the bootstrap, every measure, {10 * n // 3:,} people instead of {n // 30:,}',
         intervals(10 * n // 3), intervals(n // 30)),
    ]


def growth(build, quick, pairs):
    yield '| what | CPU time | that of the default study (range) |'
    yield '|---|---|---|'
    with tempfile.TemporaryDirectory() as folder:
        for what, ours, other in growing(build, quick, folder):
            base, own, ratio = measure(other, ours, pairs)
            unit = 'each' if 'bootstrap' in what else 'a person'
            line = f'| {what} | {time_text(own)} {unit} | {statistics.median(ratio):.3g} ({ratio[0]:.3g} to {ratio[-1]:.3g}) |'
            print(line, file=sys.stderr)
            yield line


def has(python, what):
    try:
        return subprocess.run([python, '-c', what], capture_output=True).returncode == 0
    except OSError:
        return False


def measure(ours, other, pairs):
    got = [(ours(), other()) for _ in range(pairs)]
    ratio = sorted(b / a for a, b in got)
    return statistics.median(a for a, _ in got), statistics.median(b for _, b in got), ratio


def time_text(seconds):
    if seconds >= 1:
        return f'{seconds:.2f} s'
    unit, per = next(u for u in (('ms', 1e3), ('µs', 1e6), ('ns', 1e9)) if seconds * u[1] >= 1 or u[0] == 'ns')
    return f'{per * seconds:.3g} {unit}'


def table(build, quick, pairs):
    yield '| what | here | there | ratio (range) | bar |'
    yield '|---|---|---|---|---|'
    for what, ours, other, name, bar in rows(build, quick):
        if not ours or not other:
            print(f'skipped: {what} against {name}: not {"installed" if ours else "there: its data"}', file=sys.stderr)
            continue
        a, b, ratio = measure(ours, other, pairs)
        line = (f'| {what} | {time_text(a)} | {name}: {time_text(b)} | {statistics.median(ratio):.3g} '
                f'({ratio[0]:.3g} to {ratio[-1]:.3g}) | {bar} |')
        print(line, file=sys.stderr)
        yield line


def processor():
    found = re.search(r'model name\s*: (.*)', open('/proc/cpuinfo').read())
    return f'{found[1] if found else "?"}, {os.cpu_count()} cores'


def write(name, lines):
    """Puts a table between its marks in the page."""
    head, rest = open(DOC).read().split(f'<!-- {name} -->\n')
    end = '<!-- end -->'
    with open(DOC, 'w') as file:
        file.write(f'{head}<!-- {name} -->\n' + '\n'.join(lines) + '\n' + end + rest.split(end, 1)[1])


def main():
    args = argparse.ArgumentParser()
    args.add_argument('build')
    args.add_argument('--quick', action='store_true')
    args.add_argument('--growth', action='store_true', help='only what growth costs')
    args.add_argument('--write', action='store_true', help='put the tables into docs/performance.md')
    args = args.parse_args()
    pairs = 3 if args.quick else 5
    for name, rows_of in [('growth', growth)] if args.growth else [('table', table), ('growth', growth)]:
        lines = [f'{processor()}; lanes {lanes(args.build)}; medians of {pairs} pairs.', '']
        lines += rows_of(args.build, args.quick, pairs)
        print('\n'.join(lines))
        if args.write:
            write(name, lines)


def lanes(build):
    return output([os.path.join(build, 'evenscore'), '--version'], 1).strip().rsplit(' ', 1)[1]


main()
