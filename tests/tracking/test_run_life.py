"""A run from its start to its end: nesting, resuming, tags, the trash."""

from __future__ import annotations

import os

import pytest

from shelduck.errors import BadValue, NotFound, ShelduckError, StoreBusy
from shelduck.tracking.current import current


def test_what_a_with_block_logs_is_there_afterwards(shelduck):
    with shelduck.start_run(run_name="first", tags={"who": "ann"}, description="a note") as run:
        assert shelduck.active_run() is run
        shelduck.log_param("alpha", 0.1)
        shelduck.log_metric("rmse", 2.5)
    assert shelduck.active_run() is None
    found = shelduck.get_run(run.info.run_id)
    assert found.info.run_name == "first"
    assert found.info.status == "FINISHED"
    assert found.data.params == {"alpha": 0.1}
    assert found.data.metrics == {"rmse": 2.5}
    assert found.data.tags["who"] == "ann"
    assert found.data.tags["mlflow.note.content"] == "a note"


def test_a_run_knows_itself_without_asking_the_store(shelduck, tmp_path):
    with shelduck.start_run(run_name="me") as run:
        info = run.info
        assert (info.status, info.end_time, info.duration) == ("RUNNING", None, None)
        assert not (tmp_path / "shelduck.duckdb").exists()
    ended, stored = run.info, shelduck.get_run(run.run_id).info
    assert ended.status == "FINISHED"
    assert ended.duration == pytest.approx(stored.duration)
    assert abs(ended.end_time - stored.end_time) < 1000
    assert abs(ended.start_time - stored.start_time) < 1000
    assert ended.user_id == stored.user_id
    assert run.data.tags == shelduck.get_run(run.run_id).data.tags


def test_a_run_shows_itself_in_a_line(shelduck):
    with shelduck.start_run(run_name="me") as run:
        shelduck.log_params({f"p{i}": i for i in range(100)})
        assert repr(run) == f"ActiveRun('me', {run.run_id}, RUNNING)"
    assert repr(shelduck.get_run(run.run_id)) == (
        f"Run('me', {run.run_id}, FINISHED, params: 100, metrics: 0)"
    )


def test_a_run_without_a_name_gets_one_that_can_be_said(shelduck):
    with shelduck.start_run() as run:
        pass
    assert run.info.run_name.count("-") == 2
    assert shelduck.find_run(run.info.run_name).info.run_id == run.run_id
    assert shelduck.find_run(run.run_id[:8]).info.run_id == run.run_id


def test_the_name_may_come_as_a_tag(shelduck):
    with shelduck.start_run(tags={"mlflow.runName": "by-tag"}) as run:
        assert run.info.run_name == "by-tag"
        shelduck.set_tag("mlflow.runName", "renamed")
        assert run.info.run_name == "renamed"
    assert shelduck.get_run(run.run_id).info.run_name == "renamed"


def test_nesting_deep_keeps_every_parent(shelduck):
    ids = []

    def descend(depth: int) -> None:
        with shelduck.start_run(nested=True) as run:
            ids.append(run.run_id)
            if depth:
                descend(depth - 1)
            assert shelduck.active_run() is run

    descend(5)
    assert shelduck.get_parent_run(ids[0]) is None
    parents = [shelduck.get_parent_run(child).info.run_id for child in ids[1:]]
    assert parents == ids[:-1]


def test_a_parent_may_be_named(shelduck):
    with shelduck.start_run() as old:
        pass
    with shelduck.start_run(), shelduck.start_run(parent_run_id=old.run_id) as child:
        pass
    assert shelduck.get_parent_run(child.run_id).info.run_id == old.run_id
    with pytest.raises(NotFound, match="no run `nobody`"):
        shelduck.start_run(parent_run_id="nobody")


def test_a_second_run_here_must_be_nested_and_the_error_says_how(shelduck):
    with shelduck.start_run(run_name="outer"):
        with pytest.raises(ShelduckError, match=r"outer .* is still active.*nested=True"):
            shelduck.start_run()
        assert shelduck.active_run().info.run_name == "outer"


def test_a_parent_that_ends_ends_its_open_children(shelduck):
    parent = shelduck.start_run()
    child = shelduck.start_run(nested=True)
    grandchild = shelduck.start_run(nested=True)
    parent.end("FAILED")
    assert shelduck.active_run() is None
    statuses = [shelduck.get_run(r.run_id).info.status for r in (parent, child, grandchild)]
    assert statuses == ["FAILED", "FAILED", "FAILED"]


def test_ending_twice_is_ending_once(shelduck):
    with shelduck.start_run() as run:
        shelduck.end_run("KILLED")
        shelduck.end_run()
    run.end("FAILED")
    assert shelduck.get_run(run.run_id).info.status == "KILLED"


def test_an_unknown_status_is_refused(shelduck):
    with shelduck.start_run() as run, pytest.raises(BadValue, match="FINISHED, FAILED or KILLED"):
        run.end("DONE")


def test_a_verb_outside_a_run_begins_one(shelduck):
    shelduck.log_metric("rmse", 1.0)
    run = shelduck.active_run()
    assert run.info.status == "RUNNING"
    shelduck.end_run()
    assert shelduck.last_active_run() is run
    assert shelduck.get_run(run.run_id).data.metrics == {"rmse": 1.0}


def test_a_run_goes_on_by_its_id(shelduck):
    with shelduck.start_run(run_name="resumed") as first:
        shelduck.log_param("a", 1)
    with shelduck.start_run(run_id=first.run_id, tags={"again": "yes"}) as second:
        assert shelduck.get_run(first.run_id).info.status == "RUNNING"
        shelduck.log_param("b", 2)
    assert second.run_id == first.run_id
    found = shelduck.get_run(first.run_id)
    assert found.info.status == "FINISHED"
    assert found.info.run_name == "resumed"
    assert found.info.start_time < second.info.start_time
    assert found.data.params == {"a": 1, "b": 2}
    assert found.data.tags["again"] == "yes"


def test_going_on_with_an_open_run_leaves_its_end_to_who_began_it(shelduck):
    with shelduck.start_run() as outer:
        with shelduck.start_run(run_id=outer.run_id):
            shelduck.log_param("inside", 1)
        assert shelduck.get_run(outer.run_id).info.status == "RUNNING"
        assert shelduck.active_run() is outer
    assert shelduck.get_run(outer.run_id).info.status == "FINISHED"


def test_children_end_as_the_block_that_only_went_on_with_a_run(shelduck):
    with shelduck.start_run() as outer:
        with pytest.raises(ValueError, match="no"), shelduck.start_run(run_id=outer.run_id):
            child = shelduck.start_run(nested=True)
            raise ValueError("no")
    assert shelduck.get_run(child.run_id).info.status == "FAILED"
    assert shelduck.get_run(outer.run_id).info.status == "FINISHED"


def test_a_run_that_is_not_there_is_not_logged_to(shelduck):
    with shelduck.start_run() as run:
        pass
    with pytest.raises(NotFound, match=r"no run .*did you mean"):
        shelduck.log_metric("rmse", 1.0, run_id=run.run_id[:-1])
    with pytest.raises(NotFound):
        shelduck.start_run(run_id="0" * 32)
    assert len(shelduck.search_runs(output_format="list")) == 1


def test_another_run_is_logged_to_by_its_id(shelduck):
    with shelduck.start_run() as other:
        pass
    with shelduck.start_run() as run:
        shelduck.log_metric("rmse", 1.0, run_id=other.run_id)
        shelduck.log_metrics({"mae": 2.0}, run_id=other.run_id)
        shelduck.log_params({"late": True}, run_id=other.run_id)
        shelduck.log_text("x", "x.txt", run_id=other.run_id)
    found = shelduck.get_run(other.run_id)
    assert found.data.metrics == {"rmse": 1.0, "mae": 2.0}
    assert found.data.params == {"late": True}
    assert found.info.status == "FINISHED"
    assert [f.path for f in shelduck.list_artifacts(run_id=other.run_id)] == ["x.txt"]
    assert shelduck.get_run(run.run_id).data.metrics == {}


def test_tags_are_set_again_and_removed(shelduck):
    with shelduck.start_run() as run:
        shelduck.set_tags({"a": 1, "b": "two", "c": None})
        shelduck.set_tag("a", 2)
        shelduck.delete_tag("b")
    tags = shelduck.get_run(run.run_id).data.tags
    assert {k: v for k, v in tags.items() if len(k) == 1} == {"a": 2, "c": None}


def test_the_trash_and_back(shelduck):
    with shelduck.start_run() as kept, shelduck.start_run(nested=True) as gone:
        pass
    shelduck.delete_run(gone.run_id)
    assert list(shelduck.search_runs()["run_id"]) == [kept.run_id]
    assert list(shelduck.search_runs(run_view_type=2)["run_id"]) == [gone.run_id]
    assert len(shelduck.search_runs(run_view_type=3)) == 2
    assert shelduck.get_run(gone.run_id).info.lifecycle_stage == "deleted"
    with pytest.raises(BadValue, match="restore_run"):
        shelduck.start_run(run_id=gone.run_id)
    shelduck.restore_run(gone.run_id)
    assert len(shelduck.search_runs()) == 2
    with pytest.raises(NotFound):
        shelduck.delete_run("nobody")


def test_logging_by_id_does_not_wait_for_a_store_that_is_held(shelduck):
    def held(run_id: str):
        raise StoreBusy("process 1 has it")

    with shelduck.start_run() as run:
        pass
    current.named(run.run_id, check=held).log_metric("rmse", 1.0)
    assert shelduck.get_run(run.run_id).data.metrics == {"rmse": 1.0}


def test_two_stores_each_keep_their_own(shelduck, tmp_path):
    here = shelduck.get_tracking_uri()
    with shelduck.start_run() as first:
        shelduck.set_tracking_uri(tmp_path / "other.duckdb")
        shelduck.log_param("still", "first")
    with shelduck.start_run() as second:
        pass
    assert list(shelduck.search_runs()["run_id"]) == [second.run_id]
    shelduck.set_tracking_uri(here)
    [found] = shelduck.search_runs(output_format="list")
    assert (found.info.run_id, found.data.params) == (first.run_id, {"still": "first"})


@pytest.mark.parametrize(
    "uri", ["http://localhost:5000", "sqlite:///mlflow.db", "file:./mlruns", "ducklake:x.db"]
)
def test_a_place_that_is_no_path_is_refused_in_words(shelduck, uri):
    with pytest.raises(BadValue, match=r"is not a place for a store.*there is no server"):
        shelduck.set_tracking_uri(uri)


def test_the_uri_leads_back_to_the_store(shelduck, tmp_path):
    assert shelduck.get_tracking_uri() == f"duckdb://{tmp_path}/shelduck.duckdb"
    shelduck.set_tracking_uri(shelduck.get_tracking_uri())
    with shelduck.start_run():
        pass
    shelduck.set_tracking_uri(tmp_path)  # a folder means the file in it
    assert len(shelduck.search_runs()) == 1


def test_a_log_call_may_wait_for_the_disk(shelduck, tmp_path, monkeypatch):
    waited = []
    monkeypatch.setattr(os, "fsync", waited.append)
    shelduck.set_tracking_uri(tmp_path / "safe.duckdb", durability="disk")
    shelduck.log_metric("loss", 0.5)
    so_far = len(waited)
    shelduck.log_metric("loss", 0.4)
    assert 0 < so_far < len(waited)
    shelduck.set_tracking_uri(tmp_path / "safe.duckdb")
    so_far = len(waited)
    shelduck.log_metric("loss", 0.3)
    assert len(waited) == so_far
    with pytest.raises(shelduck.BadValue, match="'process' or 'disk'"):
        shelduck.set_tracking_uri(tmp_path, durability="ram")
