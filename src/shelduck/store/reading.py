"""Questions to a store, answered with records: one function a question."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any

import orjson

from shelduck.errors import NotFound, nearest
from shelduck.records import (
    ACTIVE,
    DELETED,
    NAME,
    USER,
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
from shelduck.store.contents import contents
from shelduck.store.fields import KINDS, Clause, joined
from shelduck.store.filters import compile_filter, compile_order
from shelduck.store.memory import remembered
from shelduck.values import decode, encode

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

Doc = dict[str, Any]
STAGES = {1: (ACTIVE,), 2: (DELETED,), 3: (ACTIVE, DELETED)}  # MLflow's numbers of view types


class RunScope:
    """The runs a search is about, for checking the names in its filter."""

    def __init__(self, con: DuckDBPyConnection, where: Clause) -> None:
        self._con, self._where = con, where

    def _rows(self, what: str, condition: str = "true", *args: Any) -> list[tuple[Any, ...]]:
        query = f"SELECT {what} FROM run_docs WHERE {self._where.sql} AND {condition}"
        return self._con.execute(query, [*self._where.args, *args]).fetchall()

    def is_empty(self) -> bool:
        """Return whether there is no run at all."""
        return not self._rows("1", "true LIMIT 1")

    def has(self, kind: str, key: str) -> bool:
        """Return whether a run has ``key`` among its ``params``, ``metrics`` or ``tags``."""
        find = partial(self._rows, "1", f"map_contains({_column(kind)}, ?) LIMIT 1", key)
        return bool(remembered(self._con, ("has", repr(self._where), kind, key), find))

    def names(self, kind: str) -> list[str]:
        """Return every name of that kind."""
        return [key for (key,) in self._rows(f"DISTINCT unnest(map_keys({_column(kind)}))")]


def _column(kind: str) -> str:
    return KINDS[KINDS.index(kind)]  # one of ours, never a text from outside


@dataclass(frozen=True, slots=True)
class Search:
    """Which runs are asked for, and in what order.

    Raises BadFilter, when asked, if the filter or the order does not parse, or names what no
    run in scope has.
    """

    experiment_ids: Sequence[str] | None = None
    """None means every experiment."""
    filter_string: str | None = None
    order_by: Sequence[str] | None = None
    limit: int = 1 << 40
    stages: Sequence[str] = (ACTIVE,)
    run_ids: Sequence[str] | None = None
    """None means every run."""

    def clause(self, con: DuckDBPyConnection) -> Clause:
        """Return all after ``FROM run_docs``."""
        matching, order = self.condition(con), self.order(con)
        return Clause(
            f"WHERE {matching.sql} ORDER BY {order.sql} LIMIT ?",
            (*matching.args, *order.args, self.limit),
        )

    def condition(self, con: DuckDBPyConnection) -> Clause:
        """Return what holds of the runs that match."""
        scope = self._scope()
        matching = compile_filter(self.filter_string, RunScope(con, scope))
        return joined(" AND ", [scope, Clause(f"({matching.sql})", matching.args)])

    def order(self, con: DuckDBPyConnection) -> Clause:
        """Return the terms of its ``ORDER BY``."""
        return compile_order(self.order_by, RunScope(con, self._scope()))

    def _scope(self) -> Clause:
        parts = [_among("lifecycle_stage", self.stages)]
        if self.experiment_ids is not None:
            parts.append(_among("experiment_id", self.experiment_ids))
        if self.run_ids is not None:
            parts.append(Clause("run_id IN (SELECT unnest(?::VARCHAR[]))", ([*self.run_ids],)))
        return joined(" AND ", parts)


def _among(column: str, values: Sequence[str]) -> Clause:
    marks = ", ".join("?" * len(values))
    return Clause(f"{column} IN ({marks})" if values else "false", tuple(values))


def search_docs(con: DuckDBPyConnection, search: Search) -> list[Doc]:
    """Return the documents of the runs that match, in order."""
    clause = search.clause(con)
    # The documents are most of the file: only those of the hits are read.
    hits = con.execute(f"SELECT run_id FROM run_docs {clause.sql}", list(clause.args)).fetchall()
    return docs_of(con, [run_id for (run_id,) in hits])


def _doc(doc: str, metric_doc: str | None) -> Doc:
    loaded: Doc = orjson.loads(doc)
    loaded["metrics"] = orjson.loads(metric_doc) if metric_doc else []
    return loaded


def _float(text: str | None) -> float | None:
    return None if text is None else float(text)


def params_of(doc: Doc, *, flat: bool = False) -> dict[str, Any]:
    """Return the params of a run, typed; ``flat`` gives the leaves of dicts in their place."""
    params = doc["params"] or ()
    wholes = {p["p"] for p in params if p["p"]} if flat else set()
    return {
        p["k"]: decode(p["y"], p["x"])
        for p in params
        if (p["k"] not in wholes if flat else not p["p"])
    }


def metrics_of(doc: Doc) -> dict[str, float | None]:
    """Return the last value of each metric."""
    return {m["k"]: _float(m["v"]) for m in doc["metrics"]}


def tags_of(doc: Doc) -> dict[str, Any]:
    """Return the tags of a run, typed."""
    return {t["k"]: decode(t["y"], t["x"]) for t in doc["tags"] or ()}


def tag_texts(doc: Doc) -> dict[str, str]:
    """Return the tags of a run as texts."""
    return {t["k"]: t["x"] for t in doc["tags"] or ()}


def summary_of(m: dict[str, Any]) -> MetricSummary:
    """Turn what a document says of a metric into a record."""
    last, low, high = _float(m["v"]), _float(m["lo"]), _float(m["hi"])
    return MetricSummary(m["n"], last, m["s"], low, m["ls"], high, m["hs"])


def run_of(doc: Doc) -> Run:
    """Turn a document into a record."""
    tags, metrics = tags_of(doc), metrics_of(doc)
    info = RunInfo(
        run_id=doc["id"],
        experiment_id=doc["experiment"],
        run_name=str(tags.get(NAME, "")),
        status=doc["status"],
        start_time=doc["start"],
        end_time=doc["end"],
        duration=doc["duration"],
        error=doc["error"],
        lifecycle_stage=doc["stage"],
        artifact_uri=f"runs:/{doc['id']}",
        user_id=str(tags.get(USER, "")),
    )
    summaries = {m["k"]: summary_of(m) for m in doc["metrics"]}
    cell = doc["cell"] and Cell(
        doc["cell"]["digest"], doc["cell"]["notebook"], doc["cell"]["id"], doc["cell"]["key"]
    )
    return Run(info, RunData(params_of(doc), metrics, tags, summaries), cell or None)


def get_run(con: DuckDBPyConnection, run_id: str) -> Run:
    """Return a run with its cell's source, its attempt and its environment.

    Raises
    ------
    NotFound
        When there is no run of that id.
    """
    rows = con.execute(
        "SELECT doc, metric_doc FROM run_state WHERE run_id = ?", [run_id]
    ).fetchall()
    if not rows:
        known = [i for (i,) in con.execute("SELECT run_id FROM run_state").fetchall()]
        raise NotFound(f"There is no run `{run_id}` among {len(known):,}{nearest(run_id, known)}")
    doc = _doc(*rows[0])
    run = run_of(doc)
    attempt = con.execute("SELECT attempt FROM attempts WHERE run_id = ?", [run_id]).fetchall()
    texts = contents(con, [run.cell.digest if run.cell else None, doc["environment"]])
    environment = texts.get(doc["environment"])
    return replace(
        run,
        cell=run.cell and replace(run.cell, source=texts.get(run.cell.digest)),
        attempt=attempt[0][0] if attempt else None,
        environment=Environment(**orjson.loads(environment), digest=doc["environment"])
        if environment
        else None,
    )


def find_run(con: DuckDBPyConnection, text: str) -> str:
    """Return the id of the run that ``text`` names: an id, the beginning of one, or a name.

    Of several runs of a name it is the newest.

    Raises
    ------
    NotFound
        When there is none, or several ids begin so.
    """
    named = con.execute(
        "SELECT run_id FROM run_docs WHERE name = ? ORDER BY start_time DESC, run_id LIMIT 1",
        [text],
    ).fetchall()
    begun = con.execute(
        "SELECT run_id FROM run_state WHERE starts_with(run_id, ?) LIMIT 6", [text.lower()]
    ).fetchall()
    if len(begun) > 1 and len(text) >= 4 and not named:
        ids = ", ".join(run_id[:12] for (run_id,) in begun)
        raise NotFound(f"Several runs begin with `{text}`: {ids}. Give more digits.")
    if named or (begun and len(text) >= 4):
        return str((named or begun)[0][0])
    known = con.execute("SELECT DISTINCT name FROM run_docs WHERE name IS NOT NULL").fetchall()
    raise NotFound(
        f"No run has the id or name `{text}`{nearest(text, (n for (n,) in known))}"
        + ("" if known else "; the store has no runs yet.")
    )


def known_runs(con: DuckDBPyConnection, run_ids: Sequence[str]) -> set[str]:
    """Return which of these ids are those of runs."""
    rows = con.execute(
        "SELECT run_id FROM run_state WHERE run_id IN (SELECT unnest(?::VARCHAR[]))", [[*run_ids]]
    ).fetchall()
    return {run_id for (run_id,) in rows}


def docs_of(con: DuckDBPyConnection, run_ids: Sequence[str]) -> list[Doc]:
    """Return the documents of runs, in the order asked for; of those that are not there, none."""
    # Documents are most of the file. Asked for by row, only those of the hits are read.
    rows = con.execute(
        "SELECT run_id, doc, metric_doc FROM run_state WHERE rowid IN "
        "(SELECT rowid FROM run_state WHERE run_id IN (SELECT unnest(?::VARCHAR[])))",
        [[*run_ids]],
    ).fetchall()
    docs = {run_id: _doc(doc, metric_doc) for run_id, doc, metric_doc in rows}
    return [docs[run_id] for run_id in run_ids if run_id in docs]


def run_names(con: DuckDBPyConnection) -> list[str]:
    """Return the names of runs, the newest first."""
    rows = con.execute(
        "SELECT name FROM run_docs WHERE name IS NOT NULL GROUP BY name "
        "ORDER BY max(start_time) DESC, name LIMIT 200"
    ).fetchall()
    return [name for (name,) in rows]


def attempts(con: DuckDBPyConnection, cell_key: str) -> int:
    """Return how many runs a cell has had."""
    rows = con.execute("SELECT count(*) FROM run_state WHERE cell_key = ?", [cell_key]).fetchall()
    return int(rows[0][0])


def previous_attempt(con: DuckDBPyConnection, cell_key: str, before: str) -> Run | None:
    """Return the run of the same cell that came before the run ``before``, and ended."""
    rows = con.execute(
        "SELECT doc, metric_doc FROM run_state WHERE cell_key = ? AND run_id != ? "
        "AND stage = 'active' ORDER BY start_us DESC, run_id LIMIT 1",
        [cell_key, before],
    ).fetchall()
    return run_of(_doc(*rows[0])) if rows else None


def history(con: DuckDBPyConnection, run_id: str, key: str) -> list[Metric]:
    """Return every point of a metric, by step and then in the order of logging."""
    columns = con.execute(
        "SELECT value, at_ms, step FROM metric_facts WHERE run_id = ? AND key = ? "
        "ORDER BY step, stamp",
        [run_id, key],
    ).fetchnumpy()
    values, times, steps = (columns[c].tolist() for c in ("value", "at_ms", "step"))
    with _no_collection():
        make = partial(tuple.__new__, Metric)  # what Metric._make calls, without its own frame
        return list(map(make, zip(repeat(key), values, times, steps, strict=False)))


@contextmanager
def _no_collection() -> Iterator[None]:
    """Spare the garbage collector 100,000 new tuples; it takes longer than making them."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def ask(con: DuckDBPyConnection, query: str, parameters: list[Any]) -> pd.DataFrame:
    """Return the answer to a user's own SQL, in a transaction that can change nothing."""
    con.execute("BEGIN TRANSACTION READ ONLY")
    try:
        return con.execute(query, parameters).df()
    finally:
        con.execute("ROLLBACK")


# --- experiments ---------------------------------------------------------------------------


def experiments(con: DuckDBPyConnection, stages: Iterable[str]) -> list[Experiment]:
    """Return the experiments in these stages, the newest first."""
    tags: dict[str, dict[str, Any]] = {}
    for owner, key, kind, text in con.execute(
        "SELECT id, key, type, text FROM tag_facts WHERE entity = 'experiment' "
        "QUALIFY row_number() OVER (PARTITION BY id, key ORDER BY stamp DESC, writer DESC) = 1"
    ).fetchall():
        if kind is not None:
            tags.setdefault(owner, {})[key] = decode(kind, text)
    rows = con.execute(
        "SELECT experiment_id, name, lifecycle_stage, epoch_ms(created) FROM experiments "
        "WHERE list_contains(?, lifecycle_stage) ORDER BY created DESC, experiment_id",
        [list(stages)],
    ).fetchall()
    return [
        Experiment(i, name, "runs:/", stage, created, tags.get(i, {}))
        for i, name, stage, created in rows
    ]


def search_experiments(
    con: DuckDBPyConnection,
    stages: Iterable[str],
    filter_string: str | None,
    order_by: Sequence[str] | None,
    limit: int,
) -> list[Experiment]:
    """Return the experiments that match a filter on their name, times and tags."""
    found = {e.experiment_id: e for e in experiments(con, stages)}
    # Shaped as runs are, so that one filter language serves: an experiment has no metrics.
    con.execute("CREATE OR REPLACE TEMP TABLE listed AS SELECT * FROM run_docs LIMIT 0")
    for e in found.values():
        tags = {k: encode(k, v).text for k, v in e.tags.items()}
        con.execute(
            "INSERT INTO listed BY NAME SELECT ? AS run_id, ? AS experiment_id, ? AS name, "
            "epoch_ms(?::BIGINT) AS start_time, MAP(?::VARCHAR[], ?::VARCHAR[]) AS tags",
            [e.experiment_id] * 2 + [e.name, e.creation_time, [*tags], [*tags.values()]],
        )
    matching, order = compile_filter(filter_string), compile_order(order_by)
    rows = con.execute(
        f"SELECT experiment_id FROM listed WHERE {matching.sql} ORDER BY {order.sql} LIMIT ?",
        [*matching.args, *order.args, limit],
    ).fetchall()
    return [found[i] for (i,) in rows]


# --- artifacts -----------------------------------------------------------------------------


def artifacts(con: DuckDBPyConnection, run_id: str) -> list[FileInfo]:
    """Return every artifact file of a run, by path."""
    rows = con.execute(
        "SELECT path, size, digest FROM artifacts WHERE run_id = ? ORDER BY path", [run_id]
    ).fetchall()
    return [FileInfo(path, False, size, digest) for path, size, digest in rows]
