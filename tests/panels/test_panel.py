"""What every panel has: commands, their errors in words, and nothing else that a view may call."""

import pytest

from shelduck.errors import BadFilter, BadValue, NotFound
from shelduck.panels.panel import Answer, Panel, command, failure
from shelduck.store import Store


class Counter(Panel):
    view = "counter"
    count = 0

    def shown(self):
        return {"count": self.count}

    def refresh(self):
        return False

    @command
    def add(self, by: int):
        self.count += by
        self.revision += 1
        return self.count

    @command
    def broken(self):
        raise TypeError("inside")

    def secret(self):
        return "not for a view"


@pytest.fixture
def panel(tmp_path):
    return Counter(Store(tmp_path / "runs.duckdb"))


def test_a_command_changes_the_state(panel):
    before = panel.state()
    assert panel.apply("add", {"by": 2}) == Answer(2)
    after = panel.state()
    assert (after["count"], after["panel"], after["store"]) == (2, panel.id, panel.store.id)
    assert after["revision"] != before["revision"]


@pytest.mark.parametrize(
    "name", ["secret", "store", "lock", "_commands", "state", "ad", "__init__"]
)
def test_nothing_but_a_command_can_be_called(panel, name):
    with pytest.raises(BadValue, match="no command"):
        panel.apply(name, {})


def test_an_unknown_command_suggests_the_nearest(panel):
    with pytest.raises(BadValue, match="did you mean `add`"):
        panel.apply("adds", {})


@pytest.mark.parametrize("args", [{}, {"by": 1, "more": 2}, {"self": 1}, None, [1]])
def test_wrong_arguments_are_named(panel, args):
    with pytest.raises(BadValue, match="`add` does not take"):
        panel.apply("add", args)


def test_an_error_within_a_command_is_its_own(panel):
    with pytest.raises(TypeError, match="inside"):
        panel.apply("broken", {})


def test_a_selection_is_noted_and_must_be_ids(panel):
    panel.apply("select", {"ids": ["a", "b"]})
    assert panel.selection.ids == ("a", "b")
    with pytest.raises(BadValue, match="`select`: ids is a list \\(a text each\\), not \\[1\\]"):
        panel.apply("select", {"ids": [1]})


def test_poll_tells_a_view_that_is_behind(panel):
    assert panel.apply("poll", {"revision": panel.revision}).result is False
    assert panel.apply("poll", {"revision": panel.revision - 1}).result is True


def test_failures_are_in_words():
    wrong = BadFilter("no such thing", "a < b", 4, 5)
    assert failure(wrong) == {"message": "no such thing", "start": 4, "end": 5}
    assert failure(NotFound("There is no run")) == {"message": "There is no run"}
    assert failure(ZeroDivisionError("by 0")) == {"message": "ZeroDivisionError: by 0"}
