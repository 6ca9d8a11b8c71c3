"""The default study by numpy and scikit-learn, tuned: people, three scorers and an oracle, decisions,
rates by group with bootstrap intervals from cell counts, AUC, Brier and log loss.
study.py N [B]: prints how long it took and the logistic regression's AUC."""
import sys
import time

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.tree import DecisionTreeClassifier

import peers

TRAIN, SHARE, GROUPS = 20000, 0.8, 3


def people(n):
    y, x = peers.generate(n)()
    x = np.column_stack(x)
    g = np.searchsorted([0.423, 0.585], peers.rng.random(n)).astype(np.uint8)
    return y.astype(np.uint8), x, np.isnan(x), g


def design(x, missing, mean):
    return np.hstack([np.where(missing, mean, x), missing])


def composite(x, missing, low, high, sign):
    with np.errstate(invalid='ignore', divide='ignore'):
        share = np.clip((x - low) / (high - low), 0, 1)
        share = np.where(sign > 0, share, 1 - share)
        return np.where(missing, 0, share).sum(1) / (~missing).sum(1)


def measure(y, g, scored, score, cut, probability, replicates):
    approved = scored & (score >= cut)
    cell = ((g * 2 + y) * 2 + approved).astype(np.uint8)
    count = np.bincount(cell, minlength=GROUPS * 4).astype(float)
    drawn = peers.rng.multinomial(len(y), count / len(y), replicates).reshape(-1, GROUPS, 2, 2)
    with np.errstate(invalid='ignore'):
        rate = drawn[..., 1].sum(2) / drawn.sum((2, 3)), drawn[..., 1] / drawn.sum(3)
    gaps = [np.quantile(np.ptp(r, axis=1), (0.025, 0.975), axis=0) for r in rate]
    known = y[scored]
    out = [roc_auc_score(known, score[scored]), gaps]
    out += [roc_auc_score(known[g[scored] == k], score[scored][g[scored] == k]) for k in range(GROUPS)]
    if probability:
        p = np.clip(score[scored], 1e-15, 1 - 1e-15)
        loss = -np.where(known, np.log(p), np.log1p(-p))
        out += [((p - known) ** 2).mean(), loss.mean()]
        out += [(np.bincount(g[scored], v) / np.bincount(g[scored])).tolist() for v in ((p - known) ** 2, loss)]
    return out


def study(n, replicates):
    y, x, missing, g = people(TRAIN)
    core = ~missing[:, 0]
    mean = np.nanmean(x, axis=0)
    low, high = np.nanmin(x, axis=0), np.nanmax(x, axis=0)
    sign = np.array([1, -1, -1, 1, 1, 1, -1])
    logit = LogisticRegression(solver='newton-cholesky').fit(design(x, missing, mean), y)
    rules = DecisionTreeClassifier(max_depth=4, min_samples_leaf=200).fit(design(x, missing, mean), y)
    scorers = [lambda x, m: logit.predict_proba(design(x, m, mean))[:, 1],
               lambda x, m: rules.predict_proba(design(x, m, mean))[:, 1],
               lambda x, m: composite(x, m, low, high, sign)]
    cuts = [np.quantile(s(x, missing)[core], 1 - SHARE) for s in scorers]
    y, x, missing, g = people(n)
    core = ~missing[:, 0]
    results = []
    for k, scorer in enumerate(scorers):
        score = scorer(x, missing)
        results.append(measure(y, g, core, score, cuts[k], k < 2, replicates))
    return results


if __name__ == '__main__':
    n, replicates = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    begin = time.perf_counter()
    results = study(n, replicates)
    print('%.6f' % (time.perf_counter() - begin))
    print('AUC %.4f' % results[0][0], file=sys.stderr)
