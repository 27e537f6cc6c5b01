"""Experiment tracking that lives in the notebook."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from shelduck.errors import (
    BadFilter,
    BadValue,
    NoActiveRun,
    NotFound,
    ShelduckError,
    ShelduckWarning,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreMoved,
    StoreTooNew,
)
from shelduck.records import (
    Cell,
    Environment,
    Experiment,
    FileInfo,
    Metric,
    MetricSummary,
    Run,
    RunData,
    RunInfo,
)
from shelduck.tracking.active import ActiveRun
from shelduck.tracking.experiments import (
    create_experiment,
    delete_experiment,
    get_experiment,
    get_experiment_by_name,
    restore_experiment,
    search_experiments,
    set_experiment,
    set_experiment_tag,
    set_experiment_tags,
)
from shelduck.tracking.files import (
    download_artifacts,
    get_artifact_uri,
    list_artifacts,
    log_artifact,
    log_artifacts,
    log_dict,
    log_figure,
    log_image,
    log_table,
    log_text,
)
from shelduck.tracking.fluent import (
    active_run,
    delete_run,
    delete_tag,
    end_run,
    find_run,
    fold,
    get_metric_history,
    get_parent_run,
    get_run,
    get_tracking_uri,
    last_active_run,
    log_history,
    log_metric,
    log_metrics,
    log_param,
    log_params,
    restore_run,
    set_tag,
    set_tags,
    set_tracking_uri,
    start_run,
)
from shelduck.tracking.progress import progress
from shelduck.tracking.search import search_runs, sql

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from shelduck.widgets.compare import Compare
    from shelduck.widgets.run_table import RunTable
    from shelduck.widgets.run_view import RunView

# Imported when they are asked for: they would be a third of `import shelduck`.
_PANELS = {
    "Compare": "shelduck.widgets.compare",
    "RunTable": "shelduck.widgets.run_table",
    "RunView": "shelduck.widgets.run_view",
}


def __getattr__(name: str) -> Any:
    if name not in _PANELS:
        raise AttributeError(f"module 'shelduck' has no attribute {name!r}")
    return getattr(import_module(_PANELS[name]), name)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Do what ``%load_ext shelduck`` asks for."""
    from shelduck.magics import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Do what ``%unload_ext shelduck`` asks for: leave nothing behind."""
    from shelduck.magics import unload

    unload(shell)


__all__ = [
    "ActiveRun",
    "BadFilter",
    "BadValue",
    "Cell",
    "Compare",
    "Environment",
    "Experiment",
    "FileInfo",
    "Metric",
    "MetricSummary",
    "NoActiveRun",
    "NotFound",
    "Run",
    "RunData",
    "RunInfo",
    "RunTable",
    "RunView",
    "ShelduckError",
    "ShelduckWarning",
    "StoreBusy",
    "StoreDamaged",
    "StoreError",
    "StoreMoved",
    "StoreTooNew",
    "active_run",
    "create_experiment",
    "delete_experiment",
    "delete_run",
    "delete_tag",
    "download_artifacts",
    "end_run",
    "find_run",
    "fold",
    "get_artifact_uri",
    "get_experiment",
    "get_experiment_by_name",
    "get_metric_history",
    "get_parent_run",
    "get_run",
    "get_tracking_uri",
    "last_active_run",
    "list_artifacts",
    "log_artifact",
    "log_artifacts",
    "log_dict",
    "log_figure",
    "log_history",
    "log_image",
    "log_metric",
    "log_metrics",
    "log_param",
    "log_params",
    "log_table",
    "log_text",
    "progress",
    "restore_experiment",
    "restore_run",
    "search_experiments",
    "search_runs",
    "set_experiment",
    "set_experiment_tag",
    "set_experiment_tags",
    "set_tag",
    "set_tags",
    "set_tracking_uri",
    "sql",
    "start_run",
]


def __dir__() -> list[str]:
    return __all__  # completion offers the verbs and records, not our modules
