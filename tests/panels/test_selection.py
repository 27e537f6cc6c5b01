"""One selection a store, and the panels that hear of it."""

import gc

from shelduck.panels.selection import Selection, selection_of


class Hearer:
    def __init__(self):
        self.heard = 0

    def hear(self):
        self.heard += 1


def test_a_store_has_one_selection():
    assert selection_of("a") is selection_of("a")
    assert selection_of("a") is not selection_of("b")


def test_it_keeps_order_and_each_run_once():
    selection = Selection()
    selection.note(["b", "a", "b"])
    assert selection.ids == ("b", "a")


def test_panels_hear_what_python_selects_and_not_what_the_screen_shows_already():
    selection, panel = Selection(), Hearer()
    selection.tell(panel.hear)
    selection.note(["a"])
    assert panel.heard == 0
    selection.set(["b"])
    assert (panel.heard, selection.ids) == (1, ("b",))


def test_it_keeps_no_panel_alive():
    selection, panel = Selection(), Hearer()
    selection.tell(panel.hear)
    del panel
    gc.collect()
    selection.set(["a"])
    assert selection._told == []
