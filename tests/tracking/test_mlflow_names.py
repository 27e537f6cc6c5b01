"""The verbs have MLflow's names and its parameters, in its order.

Recorded from MLflow 3.17.2 with ``inspect.signature``.
"""

from __future__ import annotations

import inspect

import pytest

import shelduck

MLFLOW = {
    "set_tracking_uri": "uri",
    "get_tracking_uri": "",
    "set_experiment": "experiment_name experiment_id trace_location",
    "create_experiment": "name artifact_location tags trace_location",
    "get_experiment": "experiment_id",
    "get_experiment_by_name": "name",
    "search_experiments": "view_type max_results filter_string order_by",
    "set_experiment_tag": "key value",
    "set_experiment_tags": "tags",
    "delete_experiment": "experiment_id",
    "restore_experiment": "experiment_id",
    "start_run": (
        "run_id experiment_id run_name nested parent_run_id tags description log_system_metrics"
    ),
    "end_run": "status",
    "active_run": "",
    "last_active_run": "",
    "get_run": "run_id",
    "get_parent_run": "run_id",
    "delete_run": "run_id",
    "restore_run": "run_id",
    "log_param": "key value synchronous",
    "log_params": "params synchronous run_id",
    "log_metric": "key value step synchronous timestamp run_id model_id dataset",
    "log_metrics": "metrics step synchronous run_id timestamp model_id dataset",
    "set_tag": "key value synchronous",
    "set_tags": "tags synchronous",
    "delete_tag": "key",
    "log_artifact": "local_path artifact_path run_id",
    "log_artifacts": "local_dir artifact_path run_id",
    "log_text": "text artifact_file run_id",
    "log_dict": "dictionary artifact_file run_id",
    "log_figure": "figure artifact_file save_kwargs",
    "log_image": "image artifact_file key step timestamp synchronous",
    "log_table": "data artifact_file run_id",
    "get_artifact_uri": "artifact_path",
    "search_runs": (
        "experiment_ids filter_string run_view_type max_results order_by output_format "
        "search_all_experiments experiment_names"
    ),
    # MLflow has these in mlflow.artifacts and in its client
    "list_artifacts": "artifact_uri run_id artifact_path tracking_uri",
    "download_artifacts": "artifact_uri run_id artifact_path dst_path tracking_uri registry_uri",
    "get_metric_history": "run_id key",
}
DEFAULTS = {
    "set_tracking_uri": {"durability": "process"},
    "end_run": {"status": "FINISHED"},
    "start_run": {"nested": False},
    "search_runs": {
        "filter_string": "",
        "run_view_type": 1,
        "max_results": 100_000,
        "output_format": "pandas",
        "search_all_experiments": False,
    },
    "search_experiments": {"view_type": 1},
}
# What is about servers, traces and logged models, of which there are none here.
ABSENT = {
    "trace_location", "log_system_metrics", "model_id", "dataset", "tracking_uri", "registry_uri",
}  # fmt: skip
OURS_TOO = {"set_tracking_uri": ["durability"]}
OURS = {"find_run", "fold", "log_history", "progress", "sql"}


@pytest.mark.parametrize("verb", MLFLOW)
def test_the_parameters_are_those_of_mlflow(verb):
    expected = [name for name in MLFLOW[verb].split() if name not in ABSENT]
    parameters = inspect.signature(getattr(shelduck, verb)).parameters
    assert list(parameters) == expected + OURS_TOO.get(verb, [])
    wanted = {
        name: DEFAULTS.get(verb, {}).get(name, None)
        for name, parameter in parameters.items()
        if parameter.default is not parameter.empty
    }
    assert {name: parameters[name].default for name in wanted} == wanted


def test_every_verb_is_one_of_mlflow_or_known_to_be_ours():
    verbs = {n for n in shelduck.__all__ if inspect.isfunction(getattr(shelduck, n))}
    assert verbs == set(MLFLOW) | OURS
