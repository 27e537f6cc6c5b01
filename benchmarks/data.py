"""What is logged: the same numbers for every peer, on every machine."""

from __future__ import annotations

import random
from typing import NamedTuple

FILTER_ALPHA, FILTER_RMSE = 0.3, 7.0
CURVES = 10


class TrainingRun(NamedTuple):
    """What one run of a hyperparameter sweep logs."""

    params: dict[str, float | int | str]
    tags: dict[str, str]
    metrics: dict[str, float]


def training_run(i: int) -> TrainingRun:
    """Return the ``i``-th run of the sweep: 12 params, 2 tags, 5 metrics."""
    draw = random.Random(i)
    params = {
        "alpha": (i % 10 + 1) / 10,
        "booster": "gbtree",
        "colsample_bytree": round(draw.uniform(0.5, 1), 4),
        "gamma": round(draw.uniform(0, 1), 4),
        "l1_ratio": round(draw.random(), 4),
        "learning_rate": round(10 ** draw.uniform(-3, 0), 6),
        "max_depth": draw.randint(2, 12),
        "min_child_weight": draw.randint(1, 10),
        "n_estimators": draw.randint(50, 500),
        "reg_lambda": round(draw.uniform(0, 5), 4),
        "seed": 42,
        "subsample": round(draw.uniform(0.5, 1), 4),
    }
    metrics = {
        "fit_seconds": draw.uniform(1, 60),
        "mae": draw.uniform(3, 6),
        "r2": draw.random(),
        "rmse": draw.uniform(5, 10),
        "train_rmse": draw.uniform(4, 9),
    }
    return TrainingRun(params, {"model": "xgboost", "developer": "ann"}, metrics)


def sweep(n: int) -> list[TrainingRun]:
    """Return the first ``n`` runs of the sweep."""
    return [training_run(i) for i in range(n)]


def best_rmse(n: int, count: int) -> list[float]:
    """Return the ``count`` least rmse of ``n`` runs, best first."""
    return sorted(training_run(i).metrics["rmse"] for i in range(n))[:count]


def filtered_rmse(n: int) -> list[float]:
    """Return the rmse, sorted, of the runs that the filter task must find among ``n``."""
    return sorted(
        run.metrics["rmse"]
        for run in map(training_run, range(n))
        if run.params["alpha"] == FILTER_ALPHA and run.metrics["rmse"] < FILTER_RMSE
    )


def loss(step: int) -> float:
    """Return a value that differs at every step, as a training curve's does."""
    return 1.0 / (1 + step)


def losses(n: int) -> list[float]:
    """Return the losses of the first ``n`` steps."""
    return [loss(step) for step in range(n)]


def curves(n: int) -> dict[str, list[float]]:
    """Return ``n`` points as ten metrics of equal length."""
    steps = range(n // CURVES)
    return {f"m{k}": [k + loss(step) for step in steps] for k in range(CURVES)}
