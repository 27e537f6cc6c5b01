"""Which params explain a metric."""

import builtins
import math

import numpy as np
import pytest
from scipy import stats
from test_contour import table

from shelduck.errors import BadValue
from shelduck.panels.comparing.importance import FOREST, RANKS, _ranks, importance


def known(count, seed=0, noise=0.05):
    """Runs whose z rises with x, falls with a half of that with y, and knows nothing of w."""
    rng = np.random.default_rng(seed)
    x, y, w = rng.random(count), rng.random(count), rng.random(count)
    kind = rng.choice(["a", "b", "c"], count)
    z = 3 * x - 1.5 * y + 2 * (kind == "b") + noise * rng.standard_normal(count)
    return {"x": x.tolist(), "y": y.tolist(), "w": w.tolist(), "kind": kind.tolist(),
            "z": z.tolist()}  # fmt: skip


def by_label(found):
    return {weight.label: weight for weight in found.weights}


def test_a_forest_finds_what_matters_and_in_which_direction():
    found = importance(table(**known(200)), "metrics.z")
    assert found.method == FOREST and found.runs == 200
    weights = by_label(found)
    assert weights["x"].importance > weights["y"].importance > weights["w"].importance
    assert weights["w"].importance < 0.02 < weights["kind"].importance
    assert weights["x"].direction > 0.4 and weights["y"].direction < -0.1
    assert weights["kind"].direction is None
    assert sum(w.importance for w in found.weights) == pytest.approx(1)
    assert "spread in runs kept apart" in found.note
    assert [w.importance for w in found.weights] == sorted(
        (w.importance for w in found.weights), reverse=True
    )


def test_the_same_runs_give_the_same_answer():
    runs = table(**known(80))
    assert importance(runs, "metrics.z") == importance(runs, "metrics.z")


def test_without_scikit_learn_or_with_few_runs_ranks_are_correlated(monkeypatch):
    few = importance(table(**known(20)), "metrics.z")
    assert few.method == RANKS

    def imported(name, *args, real=builtins.__import__):
        if name.startswith("sklearn"):
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", imported)
    runs = known(200)
    found = by_label(importance(table(**runs), "metrics.z"))
    rho = stats.spearmanr(runs["x"], runs["z"]).statistic
    assert found["x"].direction == pytest.approx(rho)
    assert found["x"].importance == pytest.approx(abs(rho))
    assert found["kind"].importance > found["w"].importance


def test_ranks_share_their_mean():
    rng = np.random.default_rng(3)
    values = rng.integers(0, 9, 50).astype(float)
    assert _ranks(values).tolist() == stats.rankdata(values).tolist()


def test_a_forest_that_knows_nothing_says_so():
    runs = known(100)
    runs["z"] = np.random.default_rng(5).standard_normal(100).tolist()
    assert "do not trust" in importance(table(**runs), "metrics.z").note


def test_a_forest_learns_from_some_of_many_runs_and_says_of_how_many():
    found = importance(table(**known(2500)), "metrics.z")
    assert found.runs == 2500 and "From 2,000 of 2,500 runs" in found.note


def test_a_forest_takes_the_greatest_numbers_there_are():
    size = np.arange(60) % 7 - 3
    runs = table(a=(size * 3e307).tolist(), b=np.arange(60.0).tolist(), z=(size * 5e307).tolist())
    found = importance(runs, "metrics.z")
    assert found.method == FOREST and found.weights[0].label == "a"


def test_runs_without_a_finite_metric_are_left_out_and_counted():
    runs = known(60)
    runs["z"][:4] = [math.nan, math.inf, -math.inf, None]
    found = importance(table(**runs), "metrics.z")
    assert (found.runs, found.left_out) == (56, 4)


def test_params_that_some_runs_lack():
    runs = known(100)
    runs["y"][::3] = [None] * len(runs["y"][::3])
    assert by_label(importance(table(**runs), "metrics.z"))["x"].importance > 0.3


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        ({"x": [1, 2], "z": [1.0, 2.0]}, "It takes three runs with a number for metrics.z"),
        ({"x": [1, 1, 1], "z": [1.0, 2.0, 3.0]}, "No param varies."),
        ({"x": [1, 2, 3], "z": [2.0, 2.0, 2.0]}, "metrics.z is the same in all runs."),
        ({"x": ["a", "b", "c"], "z": [1.0, 2.0, 3.0]}, "No param varies."),  # a name each
    ],
)
def test_where_there_is_nothing_to_explain(runs, words):
    found = importance(table(**runs), "metrics.z")
    assert found.weights == [] and found.note.startswith(words)


def test_a_text_is_not_explained():
    with pytest.raises(BadValue, match="is a text"):
        importance(table(x=[1, 2, 3], y=["a", "b", "b"]), "params.y")
    with pytest.raises(BadValue, match=r"did you mean `metrics\.z`"):
        importance(table(x=[1, 2], z=[1.0, 2.0]), "metrics.zz")
