"""Times this program against what it is compared with, and writes docs/performance.md's table.

run.py BUILD [--quick] [--write]      BUILD has evenscore and bench/ours

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
import time

HERE = os.path.dirname(os.path.abspath(__file__))
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
        ('composite index of 1,000 columns, 2 threads', mine('composite', 20000, 2), mine('composite-read', 20000, 2),
         'reading its bytes', '0.85'),
        (f'judging {many:,} people, 1 thread', stream(many, 1),
         lambda: columns() * 4, 'writing and reading their columns', '0.25'),
        (f'judging {many:,} people: 2 threads', stream(many, 2), stream(many, 1), '1 thread', '1.8 ×'),
    ]


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
    return f'{seconds:.2f} s' if seconds >= 1 else f'{1e3 * seconds:.3g} ms'


def table(build, quick, pairs):
    yield '| what | here | there | ratio (range) | bar |'
    yield '|---|---|---|---|---|'
    for what, ours, other, name, bar in rows(build, quick):
        if not other:
            print(f'skipped: {what} against {name}: not installed', file=sys.stderr)
            continue
        a, b, ratio = measure(ours, other, pairs)
        line = (f'| {what} | {time_text(a)} | {name}: {time_text(b)} | {statistics.median(ratio):.3g} '
                f'({ratio[0]:.3g} to {ratio[-1]:.3g}) | {bar} |')
        print(line, file=sys.stderr)
        yield line


def processor():
    found = re.search(r'model name\s*: (.*)', open('/proc/cpuinfo').read())
    return f'{found[1] if found else "?"}, {os.cpu_count()} cores'


def main():
    args = argparse.ArgumentParser()
    args.add_argument('build')
    args.add_argument('--quick', action='store_true')
    args.add_argument('--write', action='store_true', help='put the table into docs/performance.md')
    args = args.parse_args()
    lines = [f'{processor()}; lanes {lanes(args.build)}; medians of {3 if args.quick else 5} pairs.', '']
    lines += table(args.build, args.quick, 3 if args.quick else 5)
    print('\n'.join(lines))
    if args.write:
        text = open(DOC).read()
        begin, end = '<!-- table -->\n', '<!-- end -->'
        head, rest = text.split(begin)
        text = head + begin + '\n'.join(lines) + '\n' + end + rest.split(end)[1]
        open(DOC, 'w').write(text)


def lanes(build):
    return output([os.path.join(build, 'evenscore'), '--version'], 1).strip().rsplit(' ', 1)[1]


main()
