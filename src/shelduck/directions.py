"""Which way a metric is better, where the field's standard names tell."""

from __future__ import annotations

import re

_LESS = frozenset(
    [
        "loss",
        "error",
        "err",
        "rmse",
        "mse",
        "mae",
        "mape",
        "smape",
        "msle",
        "rmsle",
        "logloss",
        "deviance",
        "perplexity",
        "wer",
        "cer",
        "brier",
        "latency",
        "seconds",
        "fid",
    ]
)
_MORE = frozenset(
    [
        "accuracy",
        "acc",
        "auc",
        "auroc",
        "aucpr",
        "f1",
        "fbeta",
        "precision",
        "recall",
        "r2",
        "score",
        "map",
        "ndcg",
        "mrr",
        "bleu",
        "rouge",
        "iou",
        "dice",
        "kappa",
        "mcc",
        "psnr",
        "ssim",
        "specificity",
        "sensitivity",
        "throughput",
    ]
)


def less_is_better(metric: str) -> bool | None:
    """Return True or False where the name says so by a whole word of it, else None."""
    words = re.findall(r"[a-z]+[0-9]*|[0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", metric).lower())
    less, more = _LESS.intersection(words), _MORE.intersection(words)
    if bool(less) == bool(more):
        return None
    return bool(less)


def best_first(order: str) -> str:
    """Return an order by a metric that puts its better end first, if ``order`` says no way.

    >>> best_first("metrics.accuracy"), best_first("metrics.accuracy ASC")
    ('metrics.accuracy DESC', 'metrics.accuracy ASC')
    """
    says_way = re.search(r"\s(asc|desc)$", order, re.IGNORECASE)
    if says_way or not order.startswith("metric"):
        return order
    return f"{order} {'DESC' if less_is_better(order) is False else 'ASC'}"
