import json
from pathlib import Path

import nbformat
import pytest

from shelduck import demo
from shelduck.demo import run_demo
from shelduck.demo.sample import sample_trips
from shelduck.demo.trips import MONTHS
from shelduck.errors import BadValue, ShelduckError
from shelduck.records import FINISHED

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture
def trips(tmp_path_factory, monkeypatch):
    """Whether the months are the real ones: those beside the project, else samples."""
    real = next((f for f in _shared_folders() if (f / _file(MONTHS[0])).exists()), None)
    folder = real or tmp_path_factory.mktemp("trips")
    if real is None:
        for month in MONTHS:
            sample_trips(month).to_parquet(folder / _file(month))
    monkeypatch.setenv("SHELDUCK_DATA", str(folder))
    return real is not None


def _file(month):
    return f"green_tripdata_{month}.parquet"


def _shared_folders():
    return [above / "shared" / "data" for above in NOTEBOOKS.parents]


def test_the_notebook_end_to_end(shelduck, tmp_path, monkeypatch, capsys, trips):
    monkeypatch.setenv("FAST", "1")
    monkeypatch.delenv("FULL", raising=False)
    result = run_demo("demo")
    shelduck.set_tracking_uri(result.store)
    runs = shelduck.search_runs(
        order_by=["metrics.rmse ASC"], output_format="list", search_all_experiments=True
    )
    named = {run.info.run_name: run for run in runs}

    assert {run.info.status for run in runs} == {FINISHED}
    assert result.best.data.metrics["rmse"] == runs[0].data.metrics["rmse"]

    baseline, lasso = named["baseline"], named["lasso"]
    assert lasso.data.params == {"alpha": 0.01}
    assert lasso.data.tags["developer"] == "ann"
    if trips:
        assert baseline.data.metrics["rmse"] == pytest.approx(7.759, abs=5e-4)
        assert lasso.data.metrics["rmse"] == pytest.approx(11.167, abs=5e-4)

    search, final = named["search"], named["final"]
    trials = [r for r in runs if r.data.tags.get("mlflow.parentRunId") == search.info.run_id]
    assert len(trials) == 4
    for trial in trials:
        assert {k: type(v) for k, v in trial.data.params.items()} == {
            "max_depth": int,
            "learning_rate": float,
            "reg_alpha": float,
            "reg_lambda": float,
            "min_child_weight": float,
            "objective": str,
            "seed": int,
        }
        points = shelduck.get_metric_history(trial.info.run_id, "validation-rmse")
        assert [point.step for point in points] == list(range(20))
        assert points[-1].value < points[0].value
        assert trial.data.metrics["rmse"] == pytest.approx(points[-1].value, abs=1e-3)

    chosen = min(trials, key=lambda run: run.data.metrics["rmse"])
    assert final.data.params == chosen.data.params
    assert final.data.metrics["rmse"] == pytest.approx(chosen.data.metrics["rmse"])
    assert final.data.metrics["test_rmse"] > 0
    artifacts = {file.path for file in shelduck.list_artifacts(run_id=final.info.run_id)}
    assert artifacts == {"model.ubj", "preprocessor.pkl"}

    assert {path.name for path in (tmp_path / "demo").iterdir()} >= {
        result.notebook.name,
        result.html.name,
        result.store.name,
    }
    assert f"best run  {result.best.info.run_name}" in str(result)
    assert "lasso" in result.html.read_text(encoding="utf-8")
    cells = nbformat.read(result.notebook, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert not [o for o in outputs if o.get("name") == "stderr"]
    assert "%%track lasso -t developer=ann" in capsys.readouterr().out


def test_a_folder_in_use_is_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(BadValue, match="is not empty"):
        run_demo(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(BadValue, match="is a file"):
        run_demo(tmp_path / "mine.txt")


def test_a_missing_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "NEEDED", ("sklearn", "no_such_package"))
    with pytest.raises(ShelduckError, match=r'no_such_package: pip install "shelduck\[taxi\]"'):
        run_demo(tmp_path / "demo")
    assert not (tmp_path / "demo").exists()


def committed():
    return nbformat.read(NOTEBOOKS / demo.NOTEBOOK, as_version=4).cells


def test_the_committed_notebook_was_executed_on_the_real_trips():
    cells = committed()
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    shown = json.dumps([cell.outputs for cell in code])
    assert "SYNTHETIC" not in shown
    for figure in ("73,908", "13,221", "7.759", "11.167"):
        assert figure in shown


def test_the_committed_notebook_is_small_and_of_no_one_machine():
    assert (NOTEBOOKS / demo.NOTEBOOK).stat().st_size < 200_000
    shown = json.dumps([cell.get("outputs") for cell in committed()])
    for private in ("/home/", "/root", "/tmp/", str(NOTEBOOKS.parent)):
        assert private not in shown
