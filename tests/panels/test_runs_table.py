"""Runs as a table."""

import time

from markup_reading import Page

from shelduck.panels.runs_table import RunsTable


def _table(*runs, **more):
    return RunsTable(list(runs), "nyc-taxi", more.pop("total", len(runs)), **more)


def _head(table):
    return repr(table).splitlines()[0].split()


def test_as_text(make_run, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    table = _table(
        make_run("lasso", params={"alpha": 0.01, "same": 1}, metrics={"rmse": 11.16699}),
        make_run("xgb", "FAILED", params={"alpha": 0.1, "same": 1}, metrics={"rmse": 6.2831}),
        make_run("long one", "RUNNING", params={"same": 1}),
    )
    assert repr(table).splitlines() == [
        "   name        rmse  alpha  duration           started",
        "●  lasso     11.167   0.01     1.5 s  2026-11-23 09:00",
        "✕  xgb        6.283    0.1     1.5 s  2026-11-23 09:00",
        "○  long one                        –  2026-11-23 09:00",
        "3 runs in nyc-taxi",
    ]
    monkeypatch.undo()
    time.tzset()


def test_as_html_it_has_the_same_cells(make_run):
    table = _table(
        make_run("lasso", params={"alpha": 0.01}, metrics={"rmse": 11.16699}, run_id="a" * 32),
        make_run("xgb", "FAILED", params={"alpha": 0.1}, error="KeyError: 'k'", run_id="b" * 32),
    )
    page = Page(table._repr_html_())
    for line in repr(table).splitlines():
        for word in line.split():
            assert word in page.text
    assert "metrics.rmse" in page.titles and "params.alpha" in page.titles
    assert f"run {'a' * 32}" in page.titles
    assert f"run {'b' * 32} KeyError: 'k'" in page.titles


def test_params_that_are_the_same_in_all_are_left_out(make_run):
    runs = [
        make_run(params={"same": 1, "other": i, "model": {"depth": i, "kind": "x"}}) for i in (1, 2)
    ]
    assert _head(_table(*runs)) == ["name", "other", "model.depth", "duration", "started"]
    # With one run there is nothing to compare, and they are shown.
    assert _head(_table(runs[0])) == [
        *("name", "same", "other", "model.depth", "model.kind", "duration", "started")
    ]


def test_the_column_it_is_sorted_by_comes_first_then_the_frequent_ones(make_run):
    runs = [
        make_run(metrics={"rare": 1.0, "often": 2.0, "asked": 3.0}),
        make_run(metrics={"often": 2.0}),
    ]
    assert _head(_table(*runs))[1:4] == ["often", "rare", "asked"]
    for order in ("metrics.asked ASC", "metrics.`asked` DESC"):
        assert _head(_table(*runs, order=order))[1:4] == ["asked", "often", "rare"]


def test_there_is_room_for_params_beside_many_metrics(make_run):
    metrics, params = {f"m{i}": 0.5 for i in range(30)}, {f"p{i}": i for i in range(30)}
    head = _head(_table(make_run(metrics=metrics, params=params)))
    assert sum(w.startswith("m") for w in head) == 8 and sum(w.startswith("p") for w in head) == 4
    head = _head(_table(make_run(metrics=metrics)))
    assert sum(w.startswith("m") for w in head) == 12


def test_how_many_there_are(make_run):
    assert repr(_table(make_run())).endswith("1 run in nyc-taxi")
    assert repr(_table(make_run(), total=1234)).endswith("1 of 1,234 runs in nyc-taxi")
    assert "1 of 1,234 runs" in Page(_table(make_run(), total=1234)._repr_html_()).text


def test_empty():
    for asked, words in [
        ("", "No runs in nyc-taxi yet. Put %%track on a cell to make one."),
        ("metrics.rmse < 0", "No run in nyc-taxi matches metrics.rmse < 0"),
    ]:
        assert repr(_table(asked=asked)) == words
        assert Page(_table(asked=asked)._repr_html_()).text == words
