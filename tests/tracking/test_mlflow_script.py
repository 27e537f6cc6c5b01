"""A tracking script as it is written for MLflow, run with ``import shelduck as mlflow``."""

from __future__ import annotations

import json

SCRIPT = """
import json
import shelduck as mlflow

mlflow.set_tracking_uri("tracking.duckdb")
other = mlflow.create_experiment("other", tags={"team": "geese"})
experiment = mlflow.set_experiment("nyc-taxi")
assert mlflow.get_experiment_by_name("nyc-taxi").experiment_id == experiment.experiment_id
mlflow.set_experiment_tags({"goal": "rmse"})

tags = {"developer": "ann"}
with mlflow.start_run(run_name="search", tags=tags, description="a sweep") as parent:
    for depth in (2, 4, 8):
        with mlflow.start_run(nested=True, run_name=f"depth-{depth}"):
            mlflow.set_tag("model", "xgboost")
            mlflow.log_params({"max_depth": depth, "eta": 0.1})
            mlflow.log_param("objective", "reg:squarederror")
            for step in range(3):
                mlflow.log_metrics({"train": 10.0 / (step + 1), "valid": depth - step}, step=step)
            mlflow.log_metric("rmse", 10 - depth)
    mlflow.log_text("hello", "notes/read.me")
    mlflow.log_dict({"best": 8}, "best.json")
    with open("model.bin", "wb") as f:
        f.write(b"weights")
    mlflow.log_artifact("model.bin", artifact_path="model")
    assert mlflow.active_run().info.run_id == parent.info.run_id
assert mlflow.active_run() is None
assert mlflow.last_active_run().info.run_id == parent.info.run_id

best = mlflow.search_runs(
    experiment_ids=[experiment.experiment_id],
    filter_string="tags.model = 'xgboost' and metrics.rmse < 9",
    order_by=["metrics.rmse ASC"],
    max_results=1,
).iloc[0]
run = mlflow.get_run(best["run_id"])
child = run.info.run_id
history = mlflow.get_metric_history(child, "valid")
folder = mlflow.download_artifacts(run_id=parent.info.run_id, artifact_path="model", dst_path="out")
with mlflow.start_run(run_id=child):
    mlflow.log_metric("late", 1)
mlflow.delete_run(mlflow.search_runs(order_by=["metrics.rmse DESC"]).iloc[0]["run_id"])
mlflow.delete_experiment(other)

print(json.dumps({
    "best": best["tags.mlflow.runName"],
    "params": run.data.params,
    "metrics": run.data.metrics,
    "status": run.info.status,
    "parent": mlflow.get_parent_run(child).info.run_name,
    "history": [(m.step, m.value) for m in history],
    "model": open(folder + "/model.bin").read(),
    "top": sorted(f.path for f in mlflow.list_artifacts(run_id=parent.info.run_id)),
    "left": len(mlflow.search_runs(experiment_names=["nyc-taxi"])),
    "experiments": [e.name for e in mlflow.search_experiments()],
    "goal": mlflow.get_experiment(experiment.experiment_id).tags,
    "resumed": mlflow.get_run(child).info.status,
}))
mlflow.restore_experiment(other)
"""


def test_it_runs_as_it_is(python, tmp_path, shelduck):
    done = python(script=SCRIPT)
    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        "best": "depth-8",
        "params": {"max_depth": 8, "eta": 0.1, "objective": "reg:squarederror"},
        "metrics": {"train": 10.0 / 3, "valid": 6.0, "rmse": 2.0},
        "status": "FINISHED",
        "parent": "search",
        "history": [[0, 8.0], [1, 7.0], [2, 6.0]],
        "model": "weights",
        "top": ["best.json", "model", "notes"],
        "left": 3,
        "experiments": ["nyc-taxi"],
        "goal": {"goal": "rmse"},
        "resumed": "FINISHED",
    }
    shelduck.set_tracking_uri(tmp_path / "tracking.duckdb")
    assert {e.name for e in shelduck.search_experiments()} == {"nyc-taxi", "other"}
    everything = shelduck.search_runs(search_all_experiments=True, output_format="list")
    assert {run.info.status for run in everything} == {"FINISHED"}
    assert {run.data.tags["mlflow.source.name"] for run in everything} == {
        str(tmp_path / "script.py")
    }
