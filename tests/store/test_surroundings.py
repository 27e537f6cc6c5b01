"""What stands around a run."""

import shelduck as package
from shelduck.records import Cell
from shelduck.store.surroundings import Surroundings, surroundings
from shelduck.tracking.current import current


def _run(key, name="lasso"):
    run = current.start(name=name, cell=Cell("d" * 64, None, None, key, "x = 1"))
    run.end()
    return run.run_id


def _around(run_id):
    with current.store.reading() as con:
        return surroundings(con, run_id)


def test_the_runs_of_a_cell_are_a_line(shelduck):
    shelduck.set_experiment("nyc-taxi")
    first, other, second, third = _run("#a"), _run("#b"), _run("#a"), _run("#a")
    assert _around(first) == Surroundings("nyc-taxi", 1, 3, None, second)
    assert _around(second) == Surroundings("nyc-taxi", 2, 3, first, third)
    assert _around(third) == Surroundings("nyc-taxi", 3, 3, second, None)
    assert _around(other) == Surroundings("nyc-taxi", 1, 1, None, None)


def test_those_in_the_trash_are_passed_over_but_counted(shelduck):
    first, second, third = _run("#a"), _run("#a"), _run("#a")
    package.delete_run(second)
    assert _around(first).next == third
    assert _around(third).previous == first
    assert (_around(third).attempt, _around(third).attempts) == (3, 3)
    assert (_around(second).previous, _around(second).next) == (first, third)


def test_a_child_knows_its_parent(shelduck):
    with shelduck.start_run(run_name="search") as parent:
        with shelduck.start_run(nested=True) as child:
            pass
    around = _around(child.run_id)
    assert (around.parent, around.parent_name) == (parent.run_id, "search")
    assert (around.attempt, around.attempts) == (None, 0)


def test_of_a_run_that_is_not_there_nothing_is_known(shelduck):
    _run("#a")
    assert _around("f" * 32) == Surroundings()
