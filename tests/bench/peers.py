"""What `make bench` times of numpy, pandas and scikit-learn: the tasks of ours.c, done as somebody
who knows these libraries would.  peers.py TASK N [REPETITIONS]; the first repetition warms up."""
import sys
import time

import numpy as np

CELLS, DRAWS, SLOPES = 10240, 1000, 20
rng = np.random.default_rng(2018)


def scores(n):
    y = rng.integers(0, 2, n).astype(np.uint8)
    s = rng.standard_normal(n) + y
    return y, s, rng.integers(0, 5, n).astype(np.uint8), (s > 0.5).astype(np.uint8)


def generate(n):
    """The content of cn-2017: traits, outcome, and what five sources that share have of them."""
    share, bad = np.array([0.423, 0.162, 0.415]), 0.045
    mean = np.array([[0, 0, 0], [-0.2, 0, -0.3], [-0.4, 0, -0.8]])
    cov = np.array([[1, 0.3, 0.3], [0.3, 1, 0.1], [0.3, 0.1, 1]])
    cover = np.array([[0.58, 0.42, 0.29], [0.86, 0.78, 0.70], [0.85, 0.80, 0.74], [0.84, 0.84, 0.665],
                      [1, 1, 1]])
    months = np.array([[60, 36, 30], [0, 0, 0], [72, 40, 48], [36, 36, 20], [0, 0, 0]])
    noise, missed = (3, 0, 2, 3, 0), (0, 0.045, 0.045, 0.041, 0.041)
    loads = [(0, 0.3, 0.9, 0, 0.5), (0, -0.7, -0.2, 0, 0.7), (0, -0.3, -0.8, 0, 0.3), (1, 0.2, 0.3, 0, 1),
             (2, 0.9, 0.1, 0, 0.6), (3, 0.5, 0, 0.6, 0.8), (4, -0.3, -0.5, 0, 1)]

    def run():
        g = np.searchsorted(np.cumsum(share)[:-1], rng.random(n)).astype(np.uint8)
        z = rng.multivariate_normal(np.zeros(3), cov, n, method='cholesky') + mean[g]
        p = 1 / (1 + np.exp(-(np.log((1 - bad) / bad) + 0.6 * z[:, 0] + 1.2 * z[:, 1])))
        y = rng.random(n) < p
        seen, spread = [], []
        for s in range(5):
            seen.append((rng.random(n) < cover[s][g]) & (rng.random(n) >= missed[s]))
            spread.append(noise[s] / np.sqrt(rng.geometric(1 / months[s][g])) if months[s][0] else None)
        out = []
        for s, a, b, c, residual in loads:
            x = z @ np.array([a, b, c]) + residual * rng.standard_normal(n)
            if spread[s] is not None:
                x += spread[s] * rng.standard_normal(n)
            if len(out) == 2:
                x = rng.poisson(np.exp(x - 1.2)).astype(float)
            elif s == 4:
                x = (x > 2.86).astype(float)
            x[~seen[s]] = np.nan
            out.append(x)
        return y, out
    return run


def auc(n):
    from sklearn.metrics import roc_auc_score
    y, s, _, _ = scores(n)
    return lambda: roc_auc_score(y, s)


def confusion(n):
    y, _, g, d = scores(n)
    return lambda: np.bincount(g * 4 + 2 * y + d, minlength=20)


def pandas_confusion(n):
    import pandas as pd
    y, _, g, d = scores(n)
    frame = pd.DataFrame({'g': g, 'y': y, 'd': d})
    return lambda: frame.groupby(['g', 'y', 'd']).size()


def multinomial(n):
    p = np.bincount(rng.integers(0, CELLS, n), minlength=CELLS) / n
    return lambda: rng.multinomial(n, p, DRAWS)


def logistic(n, slopes=SLOPES):
    x = rng.standard_normal((n, slopes))
    beta = np.where(np.arange(slopes) % 2, 0.3, -0.2) * np.sqrt(SLOPES / slopes)
    return fit_logistic(x, rng.random(n) < 1 / (1 + np.exp(-x @ beta)), 'newton-cholesky')


def logistic_hard(n):
    """Ten columns that go together and have scales from 1 to 100, ten that are rare, one good in ten."""
    z = np.sqrt(0.8) * rng.standard_normal((n, 1)) + np.sqrt(0.2) * rng.standard_normal((n, 10))
    rare = rng.random((n, 10)) < 0.02
    sign = np.where(np.arange(10) % 2, 1, -0.5)
    y = rng.random(n) < 1 / (1 + np.exp(2.9 - 0.3 * z @ sign - rare @ sign))
    return fit_logistic(np.hstack([z * 100 ** (np.arange(10) / 9), rare]), y, 'lbfgs')


def fit_logistic(x, y, solver):
    import warnings
    from sklearn.linear_model import LogisticRegression
    warnings.simplefilter('ignore')  # lbfgs says that it did not converge
    return lambda: LogisticRegression(penalty=None, solver=solver, tol=1e-8, max_iter=1000).fit(x, y)


def csv(n, precision=None):
    import atexit, os, tempfile
    import pandas as pd
    rows = rng.standard_normal((20000, SLOPES))
    text = '\n'.join(','.join('%.6f' % x for x in row) for row in rows) + '\n'
    fd, path = tempfile.mkstemp()
    atexit.register(os.remove, path)
    with os.fdopen(fd, 'w') as file:
        file.write(','.join(f'c{k}' for k in range(SLOPES)) + '\n')
        for _ in range(0, n, len(rows)):
            file.write(text)
    return lambda: pd.read_csv(path, float_precision=precision)


def tree(n):
    from sklearn.tree import DecisionTreeClassifier
    x = rng.integers(0, 2, (n, SLOPES)).astype(np.float32)
    y = rng.random(n) < 1 / (1 + np.exp(-x @ np.where(np.arange(SLOPES) % 2, 0.6, -0.4)))
    return lambda: DecisionTreeClassifier(max_depth=5).fit(x, y)


TASKS = {'generate': generate, 'auc': auc, 'confusion': confusion, 'pandas-confusion': pandas_confusion,
         'multinomial': multinomial, 'logistic': logistic,
         'logistic-wide': lambda n: logistic(n, 100), 'logistic-hard': logistic_hard,
         'csv': csv, 'csv-exact': lambda n: csv(n, 'round_trip'), 'tree': tree}

if __name__ == '__main__':
    run = TASKS[sys.argv[1]](int(sys.argv[2]))
    for r in range(int(sys.argv[3]) + 1 if len(sys.argv) > 3 else 6):
        begin = time.perf_counter()
        run()
        if r > 0:
            print('%.9f' % (time.perf_counter() - begin))
