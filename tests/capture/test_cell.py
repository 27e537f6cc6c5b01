"""What is captured of a cell: a table of sources, each really run."""

from __future__ import annotations

import ast
import math
import re
import sys
import time
import traceback
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelduck.capture import RULE, Captured, read_cell


def fit(x: Any) -> float:
    """A measure: a new float on every call."""
    return float(np.tanh(len(repr(x)) / 7))


def broken(*_: Any) -> float:
    raise RuntimeError("no convergence")


NAMES: dict[str, Any] = {
    "np": np, "pd": pd, "fit": fit, "broken": broken, "time": time.time, "math": math,
    "perf_counter": time.perf_counter, "X": np.ones((4, 3)), "y": [1, 2, 3, 4],
    "Decimal": Decimal, "Fraction": Fraction, "yes": True, "no": False,
}  # fmt: skip


@dataclass
class Notebook:
    """Runs cells one after the other, as a kernel does."""

    names: dict[str, Any] = field(default_factory=lambda: dict(NAMES))
    cell: int = 0

    def run(
        self, source: str, params: tuple[str, ...] = (), metrics: tuple[str, ...] = ()
    ) -> Captured:
        plan = read_cell(source, params, metrics)
        before = plan.remember(self.names)
        self.cell += 1
        body = ast.parse(source).body
        shown = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        result = line = None
        try:
            exec(compile(ast.Module(body, []), f"<cell {self.cell}>", "exec"), self.names)
            if shown is not None:
                expression = ast.Expression(shown.value)
                result = eval(compile(expression, f"<cell {self.cell}>", "eval"), self.names)
        except Exception as e:
            frames = traceback.extract_tb(e.__traceback__)
            line = next(f.lineno for f in frames if f.filename == f"<cell {self.cell}>")
        return plan.captured(self.names, before, result, line)


ANY = object()  # some float


CELLS = (Path(__file__).parent / "cells.txt").read_text()


def table() -> Iterator[Any]:
    """The blocks of ``cells.txt``."""
    words = {"ANY": ANY, "nan": math.nan, "inf": math.inf}
    for block in CELLS.split("\n\n")[1:]:
        source, arrow, expected = block.partition("\n=> ")
        if arrow:
            params, metrics = (eval(f"dict({side})", words) for side in expected.split("|"))
            yield pytest.param(source, params, metrics, id=source)


TABLE = list(table())


def test_the_table_is_read_whole():
    assert len(TABLE) == CELLS.count("\n=> ") > 100


def same(found: dict[str, Any], expected: dict[str, Any]) -> bool:
    return list(found) == list(expected) and all(
        (isinstance(found[k], float) and not isinstance(found[k], np.generic))
        if v is ANY
        else (type(found[k]) is type(v) and (found[k] == v or v != v != found[k]))
        for k, v in expected.items()
    )


@pytest.mark.parametrize(("source", "params", "metrics"), TABLE)
def test_table(source, params, metrics):
    found = Notebook().run(source)
    assert same(found.params, params), found
    assert same(found.metrics, metrics), found
    assert found.missing == ()


@pytest.mark.parametrize(("source", "params", "metrics"), TABLE)
def test_the_second_run_of_a_cell_gives_the_same(source, params, metrics):
    notebook = Notebook()
    notebook.run(source)
    found = notebook.run(source)
    assert same(found.params, params), found
    assert same(found.metrics, metrics), found


def test_what_is_known_before_the_cell_runs():
    plan = read_cell(
        "alpha = 0.1\nwith open('f') as f:\n    depth = 3\nif x:\n    n = 5\nelse:\n    n = 6\n"
        "beta = 1\nif x:\n    beta = 2\ntotal = 0\nfor i in y:\n    total += i\n"
        "del alpha\ng = 1 if x else 2"
    )
    assert plan.literals == {"depth": 3, "beta": 1}


def test_an_unchanged_literal_is_the_very_object_that_was_planned():
    source = "params = {'a': 1}"
    plan = read_cell(source)
    names: dict[str, Any] = {}
    exec(source, names)
    assert plan.captured(names, plan.remember({})).params["params"] is plan.literals["params"]


# --- what an earlier run has left


def test_a_branch_not_taken_this_time_leaves_nothing():
    notebook = Notebook()
    source = "if ready:\n    rmse = fit(1)\n    alpha = 0.5"
    notebook.names["ready"] = True
    assert notebook.run(source) == Captured({"alpha": 0.5}, {"rmse": notebook.names["rmse"]})
    notebook.names["ready"] = False
    assert notebook.run(source) == Captured({}, {})


def test_a_loop_that_does_not_run_this_time_leaves_nothing():
    notebook = Notebook()
    source = "for v in values:\n    loss = fit(v)"
    notebook.names["values"] = [1, 2]
    assert notebook.run(source).metrics
    notebook.names["values"] = []
    assert notebook.run(source).metrics == {}


def test_a_number_rebound_in_a_loop_is_new_even_where_memory_is_used_again():
    notebook = Notebook()
    source = "for v in range(9):\n    loss = v * 0.1"
    for _ in range(20):
        assert notebook.run(source).metrics == {"loss": pytest.approx(0.8)}


def test_a_failing_cell_gives_what_it_came_to():
    notebook = Notebook()
    notebook.names |= {"late": 0.5, "rmse": 0.25, "seen": 0.125}
    source = "alpha = 0.1\nseen = fit(1)\nrmse = broken(\n    1\n)\nlate = fit(2)\ngamma = 3"
    found = notebook.run(source)
    assert found.params == {"alpha": 0.1, "gamma": 3}  # recorded before it ran
    assert found.metrics == {"seen": notebook.names["seen"]} != {"seen": 0.125}


def test_a_cell_that_fails_in_a_loop_gives_the_last_round():
    notebook = Notebook()
    notebook.names |= {"old": 0.5}
    source = (
        "for v in y:\n    loss = fit(v)\n    if v == 3:\n        broken()\n    old = loss\n"
        "after = fit(1)"
    )
    found = notebook.run(source)
    assert set(found.metrics) == {"loss", "old"}
    assert Notebook().run(source.replace("v == 3", "v == 1")).metrics.keys() == {"loss"}


def test_a_cell_that_fails_in_with_and_try():
    notebook = Notebook()
    notebook.names |= {"b": 0.5, "d": 0.5}
    source = (
        "with open('/dev/null') as f:\n    a = fit(1)\n    b = broken()\n"
        "try:\n    d = fit(1)\nfinally:\n    pass"
    )
    assert notebook.run(source).metrics.keys() == {"a"}


def test_nothing_has_run_when_the_failed_line_is_0():
    plan = read_cell("rmse = f()\nif c:\n    loss = f()")
    names = {"rmse": 0.5, "loss": 0.5}
    assert plan.captured(names, plan.remember(names), failed_line=0).metrics == {}


def test_a_bare_name_at_the_end_is_shown_and_taken_with_a_semicolon_too():
    notebook = Notebook()
    notebook.names["rmse"] = 0.5
    assert notebook.run("rmse").metrics == {"rmse": 0.5}
    plan = read_cell("rmse;")
    assert plan.captured(notebook.names, plan.remember(notebook.names), None).metrics == {
        "rmse": 0.5
    }


def test_remembering_keeps_no_large_object_alive():
    class Frame:
        pass

    old = Frame()
    gone = weakref.ref(old)
    names: dict[str, Any] = {"X": old}
    plan = read_cell("X = load()")
    before = plan.remember(names)
    del old
    names["X"] = 0.5
    assert gone() is None
    assert plan.captured(names, before).metrics == {"X": 0.5}


# --- explicit names


def test_only_what_is_asked_for_is_taken():
    notebook = Notebook()
    notebook.names["depth"] = 7
    source = "alpha = 0.1\nbeta = 2\nrmse = fit(1)\nmae = fit(2)"
    found = notebook.run(source, params=("alpha", "depth", "gama"), metrics=("mae", "beta"))
    assert found == Captured(
        {"alpha": 0.1, "depth": 7}, {"mae": notebook.names["mae"], "beta": 2.0}, ("gama",)
    )


def test_either_flag_switches_the_rule_off_for_both():
    source = "alpha = 0.1\nrmse = fit(1)"
    assert Notebook().run(source, params=("alpha",)) == Captured({"alpha": 0.1}, {})
    assert Notebook().run(source, metrics=("rmse",)).params == {}


def test_params_asked_for_are_known_before_only_if_they_are_literals_for_sure():
    plan = read_cell("alpha = 0.1\nn = len(y)\nb = 3", params=["alpha", "n"])
    assert plan.literals == {"alpha": 0.1}
    assert Notebook().run("n = len(y)\nlayers = []", params=("n", "layers")).params == {
        "n": 4,
        "layers": [],
    }


def test_a_metric_that_is_no_number_is_missing():
    found = Notebook().run("name = 'x'\nrmse = fit(1)", metrics=("name", "rmse", "_private"))
    assert set(found.metrics) == {"rmse"}
    assert found.missing == ("name", "_private")


def test_the_last_expression_may_be_asked_for_by_its_function():
    assert Notebook().run("math.sqrt(16)", metrics=("sqrt",)).metrics == {"sqrt": 4.0}


def test_what_a_failed_cell_did_not_bind_is_missing_though_an_earlier_one_did():
    notebook = Notebook()
    notebook.names["rmse"] = 0.5
    found = notebook.run("depth = 3\nrmse = broken()", params=("depth",), metrics=("rmse",))
    assert found == Captured({"depth": 3}, {}, ("rmse",))


# --- the guiding example


def test_the_cells_of_the_taxi_notebook():
    from sklearn.linear_model import Lasso
    from sklearn.metrics import root_mean_squared_error

    rng = np.random.default_rng(1)
    notebook = Notebook()
    notebook.names |= {
        "Lasso": Lasso, "root_mean_squared_error": root_mean_squared_error,
        "X_train": rng.normal(size=(50, 3)), "y_train": rng.normal(size=50),
    }  # fmt: skip
    source = (
        "\nalpha = 0.01                               # param\n"
        "lr = Lasso(alpha).fit(X_train, y_train)\n"
        "rmse = root_mean_squared_error(y_train, lr.predict(X_train))     # metric\n"
    )
    found = notebook.run(source)
    assert found == Captured({"alpha": 0.01}, {"rmse": float(notebook.names["rmse"])})
    found = notebook.run("root_mean_squared_error(y_train, lr.predict(X_train))")
    assert found.metrics == {"root_mean_squared_error": float(notebook.names["rmse"])}
    assert list(notebook.run("lr.score(X_train, y_train)").metrics) == ["score"]


def test_a_hyperopt_cell():
    source = """
space = {"max_depth": hp.quniform("max_depth", 4, 100, 1)}
max_evals = 2
def objective(params):
    eta = 0.1
    loss = fit(params)
    return {"loss": loss, "status": "ok"}
trials = [objective({"max_depth": d}) for d in range(max_evals)]
best = min(trials, key=lambda t: t["loss"])
best_loss = best["loss"]
"""
    notebook = Notebook()

    class hp:
        quniform = staticmethod(lambda *a: a)

    notebook.names["hp"] = hp
    found = notebook.run(source)
    assert found == Captured({"max_evals": 2}, {"best_loss": notebook.names["best_loss"]})


# --- magics, in a real shell


@pytest.fixture
def shell():
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell(config=config)
    shell.user_ns.update(NAMES)
    yield shell
    InteractiveShell.clear_instance()


def run_in(shell: Any, cell: str) -> Captured:
    plan = read_cell(shell.transform_cell(cell))
    before = plan.remember(shell.user_ns)
    result = shell.run_cell(cell)
    failed = None if result.success else 1
    return plan.captured(shell.user_ns, before, result.result, failed)


@pytest.mark.parametrize(
    "cell",
    [
        "%%time\nalpha = 0.1\nrmse = fit(alpha)\nfit(1)",
        "%%capture\nalpha = 0.1\nrmse = fit(alpha)",
        "%%time\nalpha = 0.1\n%matplotlib --list\nrmse = fit(alpha)",
        "alpha = 0.1\n%time rmse = fit(alpha)",
    ],
)
def test_what_a_timed_cell_binds(shell, cell, capsys):
    for _ in range(2):
        found = run_in(shell, cell)
        assert found.params == {"alpha": 0.1}
        assert found.metrics["rmse"] == shell.user_ns["rmse"]
        assert found.metrics.keys() <= {"rmse", "fit"}


@pytest.mark.parametrize("magic", ["%%time", "%%capture"])
def test_a_timed_cell_that_fails_gives_no_leftovers(shell, magic, capsys):
    shell.user_ns["late"] = 0.5
    found = run_in(shell, f"{magic}\nalpha = 0.1\nrmse = fit(alpha)\nbroken()\nlate = fit(1)")
    assert found.params == {"alpha": 0.1}
    assert set(found.metrics) == {"rmse"}


def test_a_shell_command_at_the_end_is_no_measure(shell, capfd):
    assert run_in(shell, "x = 1\n!true") == Captured({"x": 1}, {})
    assert run_in(shell, "names = !echo a\n%pwd") == Captured({}, {})


# --- no source is too odd


@given(st.text())
@settings(deadline=None)
def test_any_text_can_be_read(text):
    plan = read_cell(text)
    assert plan.captured({}, plan.remember({})).metrics == {}


PIECES = """
if  else:  elif  for  in  while  try:  except  finally:  with  as  match  case  def f():  class C:
lambda  :=  =  +=  x  y  _z  f(x)  x[0]  x.y  1  0.5  's'  f'{x}'  [  ]  (  )  {  }  ,  :  *  **  -
await  async  del  global  import  from  return  yield  raise  pass  break  \\  #  ;  %%time  !ls  ?
get_ipython().run_cell_magic('time','','x=1')
"""
PIECES = st.sampled_from([piece for piece in re.split(r"\n|  +", PIECES) if piece])


@given(st.lists(st.tuples(st.sampled_from(["", " ", "\n", "\n    ", "\n        "]), PIECES)))
@settings(deadline=None, max_examples=400)
def test_any_python_can_be_read(pieces):
    source = "".join(space + piece for space, piece in pieces)
    plan = read_cell(source)
    names = {"x": 1, "y": 2.5}
    plan.captured(names, plan.remember(names), 0.5, 1)


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "[" * 150 + "]" * 150,
        "x = " + "-" * 3000 + "1",
        "x = " + " + ".join(["y"] * 3000),
        "x = " + "(" * 1000 + ")" * 1000,
        "x = " + "9" * 5000,
        "x = 9 ** 9 ** 9 ** 9",
        "x = 1 << 10 ** 12",
        "x = int('9' * 9999)",
        "x = round()",
        "x = '%99999999999d' % 3",
        "x = [0] * 10 ** 12",
        "x = 1.5 ** 99999",
        "x = 1 / 0",
        "x = {[]: 1}",
        "x = {**y, 'a': 1}",
        "x = '\\d'",
        "\ud800 = 1",
        "x = '\ud800'",
        "x = 1\0",
        "if a:\n  x = 1\n" + "elif b:\n  x = 2\n" * 800,
    ],
)
def test_extreme_sources(source):
    plan = read_cell(source)
    plan.captured({"x": 1}, plan.remember({}))


def test_values_that_resist():
    class Odd:
        ndim = 0
        dtype = None

        def __getattr__(self, name: str) -> Any:
            raise RuntimeError(name)

        def __eq__(self, other: object) -> bool:
            raise RuntimeError("==")

        __hash__ = None  # type: ignore[assignment]

    class Itself:
        ndim = 0

        def item(self) -> Any:
            return self

    plan = read_cell("a = f()\nb = g()\nif c:\n    a = 1\n    b = [1]")
    names = {"a": Odd(), "b": Itself()}
    assert plan.captured(names, plan.remember(names)) == Captured({}, {})


def test_a_large_source_is_read_in_linear_time():
    """Twice the source, at most about twice the work, counted in calls."""

    def calls(n: int) -> int:
        count = 0

        def seen(*_: Any) -> None:
            nonlocal count
            count += 1

        source = (
            "total = 0\n"
            + "total += f(x)\nif c:\n    total = g(total)\nd = {'k': 1}\nd['j'] = 2\n" * n
        )
        sys.setprofile(seen)
        try:
            read_cell(source)
        finally:
            sys.setprofile(None)
        return count

    assert calls(400) < 2.5 * calls(200)


def test_the_rule_is_text_for_the_help():
    assert "len" in RULE
    assert "%" not in RULE  # argparse would read it
    assert all(len(line) < 100 for line in RULE.splitlines())
