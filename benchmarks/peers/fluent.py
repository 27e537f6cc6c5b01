"""The verbs that MLflow and Shelduck have in common: the same calls, character for character."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from types import ModuleType
from typing import Any, ClassVar

from benchmarks.peers import Peer

EXPERIMENT = "bench"
SYSTEM = ("mlflow.", "shelduck.")


class Fluent(Peer):
    """A tracker with MLflow's module-level verbs."""

    api: ClassVar[ModuleType]
    value_of = staticmethod(attrgetter("value"))

    def _open(self, uri: str) -> None:
        self.api.set_tracking_uri(uri)
        self.api.set_experiment(EXPERIMENT)
        self.log = self.api.log_metric

    def begin(self, params: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        self.run_id = self.api.start_run(tags=dict(tags)).info.run_id
        if params:
            self.api.log_params(dict(params))

    def log_all(self, metrics: Mapping[str, float]) -> None:
        self.api.log_metrics(dict(metrics))

    def end(self) -> None:
        self.api.end_run()

    def best(self, count: int) -> Any:
        return self._search(order_by=["metrics.rmse ASC"], max_results=count)

    def every(self) -> Any:
        return self._search()

    def filtered(self, alpha: float, rmse: float) -> Any:
        return self._search(filter_string=f"params.alpha = '{alpha}' and metrics.rmse < {rmse}")

    def recall(self, run_id: str) -> dict[str, str]:
        facts = self.api.get_run(run_id).data
        given = {key: tag for key, tag in facts.tags.items() if not key.startswith(SYSTEM)}
        return {key: str(value) for key, value in (facts.params | given).items()}

    def _search(self, **how: Any) -> Any:
        return self.api.search_runs(experiment_names=[EXPERIMENT], output_format="pandas", **how)
