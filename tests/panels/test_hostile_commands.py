"""Whatever a page sends, a panel takes it or says in words why not; it never breaks."""

import inspect
import json

import orjson
import pytest
from compared import fill, run_id, sweep

from shelduck.errors import ShelduckError
from shelduck.panels.compare import Comparison
from shelduck.panels.run_table import RunTablePanel
from shelduck.panels.run_view import RunPanel
from shelduck.store.reading import Search

PANELS = {
    "run_table": lambda store: RunTablePanel(store, None),
    "compare": lambda store: Comparison(store, Search(), "here"),
    "run_view": lambda store: RunPanel(store, run_id(0)),
}
HALF = "\ud83d"  # of a character, as JSON can have it
RIGHT = {
    **{"start": 0, "end": 5, "count": 5, "to": 1, "cursor": 1, "revision": 0, "group": 0},
    **{"ids": [run_id(0)], "run": run_id(0), "run_id": run_id(0), "folded": True, "shown": True},
    **{"column": "metrics.rmse", "columns": ["metrics.rmse"], "metric": "metrics.rmse"},
    **{"x": "params.depth", "y": "params.alpha", "z": "metrics.rmse", "patch": {}, "form": "csv"},
    **{"key": "rmse", "keys": ["rmse"], "section": "params", "path": "a.txt", "changes": True},
    **{"by": None, "text": "a", "name": "a", "value": "a"},
}
WRONG = [
    *(None, True, -1, 10**30, 1.5, "", "nope", "params.", f"params.{HALF}", "a\0b", "x" * 10_000),
    *([], [1], [None], [[]], [HALF], ["nope"], [{}], [{"column": "metrics.rmse"}]),
    *([{"column": 1, "descending": 0}], {}, {"x": 1}, {1: 2}, {"scatter": {"x": []}}),
    *({"curves": {"x": 5}}, {"closed": ["x" * 10_000]}, {"parallel": {"axes": [1]}}),
    {"parallel": {"brushes": {"metrics.rmse": [[10**400, 1]]}}},
    {"parallel": {"brushes": {"metrics.rmse": [[1, 2]] * 100_000}}},
]


def _calls(method):
    """Right arguments, of which one is wrong."""
    names = list(inspect.signature(method).parameters)
    right = {name: RIGHT[name] for name in names}
    return [right | {name: wrong} for name in names for wrong in WRONG]


@pytest.mark.parametrize("make", PANELS.values(), ids=PANELS)
def test_wrong_arguments_are_refused_in_words(store, make):
    fill(store, sweep(5))
    panel = make(store)
    for name in panel._commands():
        for args in _calls(getattr(panel, name)):
            try:
                answer = panel.apply(name, args)
            except ShelduckError:
                continue
            json.dumps(answer.result, allow_nan=False)
            state = orjson.dumps(panel.state())
            assert len(state) < 300_000, (name, args)
    assert len(panel._repr_html_()) < 200_000


@pytest.mark.parametrize("args", [None, 5, [1], "text", {"revision": 1, HALF: 2}])
def test_arguments_are_an_object(store, args):
    with pytest.raises(ShelduckError, match="does not take"):
        PANELS["run_table"](store).apply("poll", args)


@pytest.mark.parametrize("name", [None, 5, [], "", "apply", "state", "__init__"])
def test_a_command_is_one_of_those_there_are(store, name):
    with pytest.raises(ShelduckError, match="no command"):
        PANELS["run_table"](store).apply(name, {})


@pytest.mark.parametrize(("start", "count"), [(0, -5), (-10, 20), (5, 10**15)])
def test_a_page_is_never_more_than_a_page(store, start, count):
    fill(store, sweep(600))
    lines = PANELS["run_table"](store).apply("page", {"start": start, "count": count}).result
    assert len(lines) == {-5: 0, 20: 20, 10**15: 500}[count]
