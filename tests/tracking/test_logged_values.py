"""Values on their way through ``log_param``, the journal, DuckDB and back."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shelduck.errors import BadValue
from shelduck.secrets import redact_value

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(1 << 80), 1 << 80),
    st.floats(),
    TEXTS,
    st.datetimes().map(lambda moment: moment.replace(fold=0)),
    st.decimals(allow_nan=False),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(TEXTS, inner, max_size=3),
        st.dictionaries(st.integers(), inner, max_size=3),
    ),
    max_leaves=6,
)
NAMES = TEXTS.filter(bool)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(NAMES, VALUES), max_size=40, unique_by=lambda pair: pair[0]))
def test_every_param_comes_back_from_the_store(shelduck, pairs):
    params = {f"p/{i}/{name}": value for i, (name, value) in enumerate(pairs)}
    with shelduck.start_run() as run:
        shelduck.log_params(params)
    found = shelduck.get_run(run.run_id).data.params
    # Among any names and texts there may be a secret's.
    wanted = {k: repr(redact_value(k, v)) for k, v in params.items()}
    assert {k: repr(v) for k, v in found.items()} == wanted


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(NAMES, st.one_of(st.none(), st.floats())), max_size=30))
def test_every_metric_comes_back_from_the_store(shelduck, points):
    with shelduck.start_run() as run:
        for step, (name, value) in enumerate(points):
            shelduck.log_metric(name, value, step=step)
    # DuckDB gives minus nought back as nought, which it equals
    last = {name: repr(None if value is None else value + 0.0) for name, value in points}
    found = shelduck.get_run(run.run_id).data.metrics
    assert {name: repr(value) for name, value in found.items()} == last


@pytest.mark.parametrize(
    "name",
    ["ünï ↯", "a\nb\tc", "it's \"so\"", "'; DROP TABLE runs; --", "<script>x</script>", "a\0b",
     "`tick`", "$type", "params.x", "k" * 10_000],
)  # fmt: skip
def test_odd_names_and_texts_of_every_kind(shelduck, name):
    with shelduck.start_run(run_name=name) as run:
        shelduck.log_param(name, name)
        shelduck.log_metric(name, 1.5)
        shelduck.set_tag(name, name)
        shelduck.log_text(name, "x.txt")
    found = shelduck.get_run(run.run_id)
    assert found.info.run_name == name
    assert (found.data.params, found.data.metrics) == ({name: name}, {name: 1.5})
    assert found.data.tags[name] == name
    frame = shelduck.search_runs()
    assert frame[f"params.{name}"][0] == frame[f"tags.{name}"][0] == name
    assert frame[f"metrics.{name}"][0] == 1.5


def test_a_dict_is_kept_whole_and_its_leaves_are_columns(shelduck):
    config = {"lr": 0.1, "layers": [64, 32], "sched": {"name": "cos", "warmup": 5}, 3: "three"}
    with shelduck.start_run() as run:
        shelduck.log_param("cfg", config)
    assert shelduck.get_run(run.run_id).data.params == {"cfg": config}
    frame = shelduck.search_runs(filter_string="params.cfg.sched.warmup > 4")
    assert frame["params.cfg.lr"][0] == 0.1
    assert frame["params.cfg.sched.name"][0] == "cos"
    assert frame["params.cfg.layers"][0] == [64, 32]
    assert frame["params.cfg.3"][0] == "three"


def test_a_dict_set_again_leaves_no_leaf_of_the_old_one(shelduck):
    with shelduck.start_run() as run:
        shelduck.log_param("cfg", {"a": 1, "b": 2})
        shelduck.fold()
        shelduck.log_param("cfg", {"b": 3})
    assert shelduck.get_run(run.run_id).data.params == {"cfg": {"b": 3}}
    frame = shelduck.search_runs()
    assert [c for c in frame.columns if c.startswith("params.")] == ["params.cfg.b"]


def test_a_megabyte_and_ten_thousand_params(shelduck):
    big = "é" * (1 << 19)
    with shelduck.start_run() as run:
        shelduck.log_param("big", big)
        shelduck.log_params({f"p{i}": i for i in range(10_000)})
    params = shelduck.get_run(run.run_id).data.params
    assert params.pop("big") == big
    assert params == {f"p{i}": i for i in range(10_000)}


def test_what_other_libraries_log(shelduck):
    moment = datetime(2026, 7, 1, 12, tzinfo=UTC)
    given_ = {
        "np": np.float64(0.5), "n": np.int32(3), "when": moment, "path": Path("data/x.csv"),
        "price": Decimal("1.10"), "nan in a list": [1.0, math.nan], "set": {1, 2}, "t": (1, "a"),
        "huge": 1 << 100,
    }  # fmt: skip
    with shelduck.start_run() as run:
        shelduck.log_params(given_)
    found = shelduck.get_run(run.run_id).data.params
    assert math.isnan(found.pop("nan in a list")[1])
    del given_["nan in a list"]
    assert found == given_
    assert [type(found[k]) for k in ("np", "n", "set", "t")] == [float, int, set, tuple]


@pytest.mark.parametrize("bad", [object(), "x\ud800", "x" * ((1 << 20) + 1)])
def test_one_refused_value_stops_no_other(shelduck, bad):
    with shelduck.start_run() as run:
        with pytest.raises(BadValue, match="`bad`"):
            shelduck.log_params({"before": 1, "bad": bad, "after": 2})
        with pytest.raises(BadValue, match="`cfg"):
            shelduck.log_param("cfg", {"a": 1, "bad": bad})
    assert shelduck.get_run(run.run_id).data.params == {"before": 1, "after": 2}
