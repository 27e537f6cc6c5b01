"""How far a loop has come: counted, told now and then, and never in the loop's way."""

import math

import numpy as np
import pytest

from shelduck.errors import BadValue
from shelduck.records import FAILED, PROGRESS
from shelduck.tracking import progress as module
from shelduck.tracking.bars import Bar, loops, stopped_at


@pytest.fixture
def told_at_once(monkeypatch):
    """Have the tag written at every step."""
    monkeypatch.setattr(module, "TOLD", 0.0)


def _tag(shelduck, run):
    return shelduck.get_run(run.run_id).data.tags.get(PROGRESS)


def test_it_hands_on_what_it_goes_over(shelduck, capfd):
    assert list(shelduck.progress(range(5))) == [0, 1, 2, 3, 4]
    assert list(shelduck.progress(iter("abc"), total=3)) == ["a", "b", "c"]
    assert list(shelduck.progress([])) == []
    assert capfd.readouterr() == ("", "")  # outside a notebook it is not seen


@pytest.mark.parametrize(
    ("given", "total"),
    [
        ((range(7),), 7),
        (([1, 2], 5), 5),
        ((1000,), 1000),
        ((np.int64(9),), 9),
        ((None, 12), 12),
        ((x for x in "ab"), None),
        ((np.zeros(4),), 4),
        ((), None),
    ],
)
def test_how_many_there_will_be(shelduck, given, total):
    given = given if isinstance(given, tuple) else (given,)
    assert shelduck.progress(*given).total == total


class Strange:
    def __len__(self):
        raise RuntimeError("ask somebody else")

    def __iter__(self):
        return iter("xy")


def test_a_length_that_fails_is_none(shelduck):
    assert shelduck.progress(Strange()).total is None
    assert list(shelduck.progress(Strange())) == ["x", "y"]


@pytest.mark.parametrize("total", [-1, 1.5, "ten", math.nan, 10**400])
def test_a_total_is_a_whole_number(shelduck, total):
    with pytest.raises(BadValue, match="whole number"):
        shelduck.progress([], total=total)


def test_what_cannot_be_gone_over(shelduck):
    with pytest.raises(BadValue, match="what a loop goes over"):
        shelduck.progress(object())
    with pytest.raises(BadValue, match="update"):
        list(shelduck.progress(total=3))


def test_a_loop_is_the_runs_while_it_is_under_way(shelduck):
    with shelduck.start_run() as run:
        for _ in shelduck.progress(range(2)):
            for _ in shelduck.progress(range(3)):
                pass
            [outer] = loops(run)
            assert outer.total == 2
            inner = shelduck.progress(total=8)
            inner.update(3)
            assert [(Bar.of(x).done, Bar.of(x).total) for x in loops(run)][1] == (3, 8)
            inner.close()
        assert loops(run) == []


def test_the_tag_says_the_outermost_loop(shelduck, told_at_once):
    with shelduck.start_run() as run:
        for i in shelduck.progress(range(4)):
            for _ in shelduck.progress(range(100)):
                pass
            if i == 2:
                assert _tag(shelduck, run) == {"done": 2, "total": 4}
    assert _tag(shelduck, run) == {"done": 4, "total": 4}


def test_a_short_loop_leaves_no_tag(shelduck):
    with shelduck.start_run() as run:
        for _ in shelduck.progress(range(100)):
            pass
    assert _tag(shelduck, run) is None


def test_where_it_was_when_the_run_broke_off(shelduck):
    with pytest.raises(ZeroDivisionError), shelduck.start_run() as run:
        for i in shelduck.progress(range(1000)):
            for j in shelduck.progress(range(10)):
                if (i, j) == (312, 4):
                    1 / 0
    stopped = stopped_at(run, [])
    assert (stopped.done, stopped.total) == (312, 1000)
    assert run.status == FAILED
    assert _tag(shelduck, run) == {"done": 312, "total": 1000}


def test_a_bar_that_is_updated_by_hand(shelduck):
    with shelduck.start_run() as run, shelduck.progress(total=10) as bar:
        bar.update()
        bar.update(2.5)
        assert Bar.of(bar)[:3] == ("", 3.5, 10) and loops(run) == [bar]
    assert loops(run) == []


def test_a_second_go_begins_anew(shelduck):
    bar = shelduck.progress(range(3))
    assert list(bar) == list(bar) == [0, 1, 2]
    assert bar.done == 3


def test_a_store_that_cannot_be_told_is_not_the_loops_trouble(shelduck, told_at_once, monkeypatch):
    with shelduck.start_run() as run:

        def broken(key, value):
            raise RuntimeError("a fault of ours")

        monkeypatch.setattr(run, "set_tag", broken)
        assert list(shelduck.progress(range(3))) == [0, 1, 2]


def test_how_long_it_will_take_yet():
    assert Bar("", 25, 100, 10.0).remaining == 30.0
    assert Bar("", 100, 100, 10.0).remaining == 0
    for bar in (Bar("", 0, 100, 10.0), Bar("", 5, None, 1.0), Bar("", 5, 0, 1.0), Bar("", 9, 5, 1)):
        assert bar.remaining is None
    for done in (math.nan, math.inf, -math.inf):
        assert Bar("", done, 100, 10.0).remaining is None


def test_bars_of_tqdm_are_read_and_left_alone(shelduck, capsys):
    from tqdm import tqdm

    before = tqdm(total=3)
    with shelduck.start_run() as run:
        for i in tqdm(range(50), desc="epoch", miniters=1, mininterval=0):
            with tqdm(total=4, desc="batch") as inner:
                inner.update(2)
                if i == 2:
                    first, second = map(Bar.of, loops(run))
        assert (first.label, first.done, first.total) == ("epoch", 2, 50)
        assert (second.label, second.done, second.total) == ("batch", 2, 4)
        assert loops(run) == []
        own = shelduck.progress(total=3)
        with tqdm(total=9):
            assert loops(run) == [own]  # who calls progress() says it once
    before.close()
