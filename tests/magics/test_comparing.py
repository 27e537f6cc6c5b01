"""``%compare``: a filter, runs by name, by id, in variables, or selected in a panel."""

import pytest
from IPython.core.error import UsageError

import shelduck


@pytest.fixture
def store(own_store):
    return own_store


@pytest.fixture
def trips(shell):
    """Three runs of the current experiment and one of another, as ids by name."""
    ids = {}
    for experiment, names in {"other": ["tree"], "nyc-taxi": ["lasso", "two words", "xgb"]}.items():
        shelduck.set_experiment(experiment)
        for depth, name in enumerate(names):
            with shelduck.start_run(run_name=name) as active:
                shelduck.log_params({"depth": depth, "alpha": 0.5})
                shelduck.log_metric("rmse", 8.0 - depth)
            ids[name] = active.run_id
    return ids


def names(compare):
    return sorted(compare._panel.table.names)


def compared(run, shell, line):
    ran = run(shell, f"shown = %compare {line}\nshown")
    assert ran.err == ""
    return shell.user_ns["shown"]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("", ["lasso", "two words", "xgb"]),
        ("metrics.rmse < 7.5", ["two words", "xgb"]),
        ("params.depth IN (0, 2)", ["lasso", "xgb"]),
        ("name LIKE 'l%'", ["lasso"]),
        ("-e other", ["tree"]),
        ("--all", ["lasso", "tree", "two words", "xgb"]),
        ("params.depth = 0 --all", ["lasso", "tree"]),
        ("lasso 'two words'", ["lasso", "two words"]),
        ("lasso tree", ["lasso", "tree"]),
    ],
)
def test_which_runs(shell, run, trips, line, wanted):
    assert names(compared(run, shell, line)) == wanted


def test_runs_in_variables_and_by_the_beginning_of_an_id(shell, run, trips):
    shell.user_ns |= {
        "frame": shelduck.search_runs(filter_string="metrics.rmse < 7.5"),
        "record": shelduck.find_run("lasso"),
        "many": [shelduck.find_run("lasso"), shelduck.find_run("xgb")],
        "xgb": object(),  # a model is often called as its run is
    }
    assert names(compared(run, shell, "frame")) == ["two words", "xgb"]
    assert names(compared(run, shell, "record xgb")) == ["lasso", "xgb"]
    assert names(compared(run, shell, "many")) == ["lasso", "xgb"]
    assert names(compared(run, shell, f"{trips['xgb'][:12]} record")) == ["lasso", "xgb"]


def test_what_is_selected_in_a_panel(shell, run, trips):
    panel = compared(run, shell, "")
    panel.selected = ["lasso", "xgb"]
    assert sorted(panel.selected["run_id"]) == sorted([trips["lasso"], trips["xgb"]])
    assert names(compared(run, shell, "shown.selected")) == ["lasso", "xgb"]


def test_it_shows_itself_as_text_and_html(shell, run, trips):
    (bundle,) = run(shell, "%compare").shown
    assert bundle["text/plain"].startswith("3 runs in nyc-taxi")
    assert "<svg" in bundle["text/html"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("metrics.rmes < 7", "did you mean `rmse`"),
        ("laso", "did you mean `lasso`"),
        ("--al", "%compare has no option `--al`; did you mean `--all`"),
        ("-e othr", "did you mean `other`"),
    ],
)
def test_a_slip_is_one_line_with_the_nearest(shell, run, trips, line, words):
    ran = run(shell, f"%compare {line}")
    assert isinstance(ran.result.error_in_exec, UsageError)
    assert words in ran.err


def test_from_python(shell, trips):
    compare = shelduck.Compare(["lasso", "xgb"])
    assert names(compare) == ["lasso", "xgb"]
    assert repr(compare).startswith("2 runs")
    assert compare.figure("scatter").data[0].type == "scatter"
    assert names(shelduck.Compare(filter="params.depth = 2", experiment="nyc-taxi")) == ["xgb"]
    with pytest.raises(shelduck.NotFound, match="did you mean `nyc-taxi`"):
        shelduck.Compare(experiment="nyc-tax")
    with pytest.raises(shelduck.BadValue, match="no runs"):
        shelduck.Compare(compare.selected)
    assert len(repr(shelduck.RunTable("nyc-taxi", None, limit=-1)).splitlines()) == 1


def test_it_is_saved_as_a_page(shell, trips, tmp_path):
    page = shelduck.Compare().save(tmp_path / "compare.html").read_text()
    assert "lasso" in page and "<script type='module'>" in page
