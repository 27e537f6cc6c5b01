"""The verbs about experiments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from shelduck.errors import BadValue, NotFound, StoreError, nearest, warn
from shelduck.records import ACTIVE, DELETED, Experiment
from shelduck.store import facts, reading
from shelduck.tracking.active import now_ms, tag_facts
from shelduck.tracking.current import DEFAULT_ID, DEFAULT_NAME, current
from shelduck.tracking.current import experiment_id as id_of

EVERYTHING = 100_000


def set_experiment(
    experiment_name: str | None = None, experiment_id: str | None = None
) -> Experiment:
    """Make an experiment the one new runs belong to; a new name is a new experiment.

    Raises
    ------
    NotFound
        When there is no experiment of that id.
    BadValue
        When neither or both are given, or the experiment is in the trash.
    """
    if (experiment_name is None) == (experiment_id is None):
        raise BadValue("set_experiment takes a name or an id, and not both.")
    if experiment_id is not None:
        found = get_experiment(experiment_id)
        current.note_experiment(found)
    else:
        assert experiment_name is not None
        found = _known(experiment_name) or Experiment(
            id_of(experiment_name), experiment_name, "runs:/", ACTIVE, now_ms()
        )
    _refuse_deleted(found)
    current.set_experiment(found.name)
    return found


def _known(name: str) -> Experiment | None:
    """The experiment as the store has it, if it has."""
    # A store not made yet has nothing to tell; asking would make it, and take a while.
    if current.path.exists():
        with suppress(StoreError):  # nobody can be asked just now, and training must not wait
            found = get_experiment_by_name(name)
            if found is not None:
                current.note_experiment(found)
            return found
    return None


def _refuse_deleted(experiment: Experiment) -> None:
    if experiment.lifecycle_stage == DELETED:
        raise BadValue(
            f"the experiment `{experiment.name}` is in the trash; "
            f"restore_experiment('{experiment.experiment_id}') brings it back."
        )


def experiment_for_runs(experiment_id: str) -> str:
    """Return an experiment's id, when new runs can belong to it.

    Raises
    ------
    NotFound
        When there is no experiment of that id.
    BadValue
        When it is in the trash.
    """
    if experiment_id == DEFAULT_ID:
        return current.record_experiment(DEFAULT_NAME)
    if not current.knows_experiment(experiment_id):
        with suppress(StoreError):  # as above
            found = get_experiment(experiment_id)
            _refuse_deleted(found)
            current.note_experiment(found)
    return experiment_id


def create_experiment(
    name: str, artifact_location: str | None = None, tags: Mapping[str, Any] | None = None
) -> str:
    """Create an experiment and return its id.

    An ``artifact_location`` is not used, and a warning says so: artifacts always lie beside the
    store and move with it.

    Raises
    ------
    BadValue
        When the name is taken.
    """
    if artifact_location is not None:
        warn("artifact_location is not used: artifacts lie beside the store, and move with it.")
    if get_experiment_by_name(name) is not None:
        raise BadValue(f"an experiment `{name}` exists; set_experiment('{name}') uses it.")
    identifier = current.record_experiment(name)
    _tag(identifier, tags or {})
    return identifier


def get_experiment(experiment_id: str) -> Experiment:
    """Return an experiment by id; NotFound if there is none."""
    known = _experiments()
    for experiment in known:
        if experiment.experiment_id == str(experiment_id):
            return experiment
    names = ", ".join(f"{e.name} ({e.experiment_id})" for e in known[:10])
    raise NotFound(f"There is no experiment of id `{experiment_id}`; there are: {names or 'none'}.")


def get_experiment_by_name(name: str) -> Experiment | None:
    """Return an experiment by name, or None."""
    return next((e for e in _experiments() if e.name == name), None)


def experiment_named(name: str) -> Experiment:
    """Return an experiment by name; NotFound, with the nearest names, if there is none."""
    known = {e.name: e for e in _experiments()}
    if name not in known:
        raise NotFound(f"There is no experiment `{name}` among {len(known)}{nearest(name, known)}")
    return known[name]


def search_experiments(
    view_type: int = 1,
    max_results: int | None = None,
    filter_string: str | None = None,
    order_by: Sequence[str] | None = None,
) -> list[Experiment]:
    """Return experiments, the newest first. ``view_type``: 1 active, 2 deleted, 3 both.

    ``filter_string`` is ``name = '…'``, ``name LIKE '…'``, ``tags.key = '…'``, and their like.
    """
    with current.store.reading() as con:
        return reading.search_experiments(
            con, stages(view_type), filter_string, order_by, limit(max_results)
        )


def stages(view_type: int) -> tuple[str, ...]:
    """Return the stages of a view type of MLflow's; BadValue if there is no such type."""
    if view_type not in reading.STAGES:
        raise BadValue(f"a view type is 1 (active), 2 (deleted) or 3 (both), not `{view_type}`.")
    return reading.STAGES[view_type]


def limit(max_results: int | None) -> int:
    """Return how many results are asked for; BadValue if it is no number of results."""
    if max_results is not None and max_results < 0:
        raise BadValue(f"max_results is how many to return, not {max_results}.")
    return EVERYTHING if max_results is None else max_results


def _experiments() -> list[Experiment]:
    with current.store.reading() as con:
        return reading.experiments(con, (ACTIVE, DELETED))


def set_experiment_tag(key: str, value: Any) -> None:
    """Set a tag on the current experiment."""
    set_experiment_tags({key: value})


def set_experiment_tags(tags: Mapping[str, Any]) -> None:
    """Set tags on the current experiment."""
    _tag(current.record_experiment(current.experiment()[1]), tags)


def _tag(identifier: str, tags: Mapping[str, Any]) -> None:
    current.store.append(
        *(f for k, v in tags.items() for f in tag_facts("experiment", identifier, k, v))
    )


def delete_experiment(experiment_id: str) -> None:
    """Put an experiment and its runs into the trash."""
    found = get_experiment(experiment_id).experiment_id
    current.store.append(facts.stage("experiment", found, deleted=True))


def restore_experiment(experiment_id: str) -> None:
    """Take an experiment and its runs out of the trash."""
    found = get_experiment(experiment_id).experiment_id
    current.store.append(facts.stage("experiment", found, deleted=False))
