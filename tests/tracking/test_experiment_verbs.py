"""Experiments: made by being named, found, tagged, put into the trash and taken out."""

from __future__ import annotations

from textwrap import dedent

import pytest

from shelduck.errors import BadValue, NotFound, ShelduckWarning


def names(experiments):
    return [experiment.name for experiment in experiments]


def test_an_experiment_is_there_once_it_is_named(shelduck):
    made = shelduck.set_experiment("nyc-taxi")
    with shelduck.start_run() as run:
        pass
    found = shelduck.get_experiment_by_name("nyc-taxi")
    assert found.experiment_id == made.experiment_id == run.info.experiment_id
    assert shelduck.get_experiment(found.experiment_id) == found
    assert shelduck.set_experiment("nyc-taxi") == found
    assert found.lifecycle_stage == "active"
    assert shelduck.get_experiment_by_name("nobody") is None


def test_the_same_name_is_the_same_experiment_in_every_process(shelduck, python):
    python("-c", "import shelduck\nshelduck.set_experiment('a')\nwith shelduck.start_run(): pass")
    shelduck.set_experiment("a")
    with shelduck.start_run():
        pass
    assert len(shelduck.search_runs()) == 2
    assert names(shelduck.search_experiments()) == ["a"]


def test_without_one_runs_go_to_the_default(shelduck):
    with shelduck.start_run() as run:
        pass
    assert run.info.experiment_id == "0"
    assert shelduck.get_experiment("0").name == "Default"


def test_the_environment_may_name_it(shelduck, monkeypatch):
    monkeypatch.setenv("SHELDUCK_EXPERIMENT", "from-outside")
    with shelduck.start_run():
        pass
    assert names(shelduck.search_experiments()) == ["from-outside"]


def test_create_is_for_new_names_only(shelduck):
    identifier = shelduck.create_experiment("a", tags={"team": "geese"})
    assert shelduck.get_experiment(identifier).tags == {"team": "geese"}
    with pytest.raises(BadValue, match="set_experiment"):
        shelduck.create_experiment("a")
    with pytest.warns(ShelduckWarning, match="artifact_location"):
        shelduck.create_experiment("b", artifact_location="s3://elsewhere")
    assert set(names(shelduck.search_experiments())) == {"a", "b"}


def test_a_run_may_name_its_experiment_by_id(shelduck):
    identifier = shelduck.create_experiment("a")
    with shelduck.start_run(experiment_id=identifier) as run:
        pass
    assert shelduck.get_run(run.run_id).info.experiment_id == identifier
    with shelduck.start_run(experiment_id="0"):
        pass
    assert len(shelduck.search_runs()) == 1
    with pytest.raises(NotFound, match=r"no experiment of id `typo`; there are: .*a \("):
        shelduck.start_run(experiment_id="typo")


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"experiment_name": "a", "experiment_id": "0"},
        {"experiment_name": " "},
        {"experiment_name": "a\ud800"},
    ],
)
def test_what_names_no_experiment_is_refused(shelduck, arguments):
    with pytest.raises(BadValue):
        shelduck.set_experiment(**arguments)


def test_tags_of_the_current_experiment(shelduck):
    shelduck.set_experiment("a")
    shelduck.set_experiment_tags({"goal": "rmse", "n": 1})
    shelduck.set_experiment_tag("n", 2)
    assert shelduck.get_experiment_by_name("a").tags == {"goal": "rmse", "n": 2}


def test_the_trash_takes_the_runs_along(shelduck):
    gone = shelduck.set_experiment("gone").experiment_id
    with shelduck.start_run():
        pass
    shelduck.set_experiment("kept")
    shelduck.delete_experiment(gone)
    with pytest.raises(BadValue, match="restore_experiment"):
        shelduck.set_experiment("gone")
    with pytest.raises(BadValue, match="in the trash"):
        shelduck.set_experiment(experiment_id=gone)
    with shelduck.start_run() as run:
        pass
    assert run.info.experiment_id != gone
    assert names(shelduck.search_experiments()) == ["kept"]
    assert names(shelduck.search_experiments(view_type=2)) == ["gone"]
    assert len(shelduck.search_experiments(view_type=3)) == 2
    assert len(shelduck.search_runs(experiment_ids=[gone])) == 0
    shelduck.restore_experiment(gone)
    assert len(shelduck.search_runs(experiment_ids=[gone])) == 1
    with pytest.raises(NotFound):
        shelduck.delete_experiment("nobody")


def test_a_run_is_not_begun_in_the_trash(shelduck, python):
    python("-c", "import shelduck\nshelduck.create_experiment('gone')")
    gone = shelduck.get_experiment_by_name("gone").experiment_id
    shelduck.delete_experiment(gone)
    with pytest.raises(BadValue, match="in the trash"):
        shelduck.start_run(experiment_id=gone)


@pytest.fixture
def several(shelduck):
    for name, team in (("alpha", "geese"), ("beta", "ducks"), ("beta 2", "ducks")):
        shelduck.create_experiment(name, tags={"team": team})
    return shelduck


@pytest.mark.parametrize(
    ("filter_string", "expected"),
    [
        ("name = 'alpha'", ["alpha"]),
        ("name LIKE 'beta%'", ["beta", "beta 2"]),
        ("name ILIKE 'BETA%' AND tags.team = 'ducks'", ["beta", "beta 2"]),
        ("tags.team != 'ducks'", ["alpha"]),
        ("tags.team = 'ducks' OR name = 'alpha'", ["alpha", "beta", "beta 2"]),
        ("attributes.name IN ('alpha', 'beta')", ["alpha", "beta"]),
        (None, ["alpha", "beta", "beta 2"]),
    ],
)
def test_search_by_name_and_tags(several, filter_string, expected):
    found = several.search_experiments(filter_string=filter_string, order_by=["name ASC"])
    assert names(found) == expected


def test_search_in_order_and_up_to_a_number(several):
    assert names(several.search_experiments(order_by=["name DESC"], max_results=2)) == [
        "beta 2", "beta",
    ]  # fmt: skip
    with pytest.raises(BadValue, match="max_results"):
        several.search_experiments(max_results=-1)
    with pytest.raises(BadValue, match="view type"):
        several.search_experiments(view_type=0)


def test_naming_an_experiment_that_is_there_writes_nothing(shelduck, python):
    with shelduck.start_run(experiment_id=shelduck.create_experiment("taxi")):
        pass
    shelduck.fold()
    script = """
        import shelduck
        from shelduck.tracking.current import current
        taxi = shelduck.set_experiment("taxi")
        shelduck.set_experiment(experiment_id=taxi.experiment_id)
        print(current.store.journal.appended)
        with shelduck.start_run() as run:
            print(run.experiment_id == taxi.experiment_id)
    """
    assert python(script=dedent(script)).stdout.split() == ["0", "True"]
    assert shelduck.search_experiments(filter_string="name = 'taxi'")
