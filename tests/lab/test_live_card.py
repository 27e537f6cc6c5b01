"""The card of a tracked cell, while it trains and after."""

from playwright.sync_api import expect

# Trains until it is told to stop, so that there is all the time to look.
TRAINING = """%%track xgb
import pathlib, time
learning_rate = 0.1
for step in shelduck.progress(range(100_000)):
    shelduck.log_metric("rmse", 6 + 1 / (step + 1), step=step)
    time.sleep(0.01)
    if pathlib.Path("stop").exists():
        break
"""


def test_the_card_lives_while_the_cell_trains_and_is_quiet_after(notebook):
    area = notebook.start(TRAINING)
    card = area.get_by_role("group", name="run xgb, running")
    expect(card).to_be_visible()
    expect(card.get_by_role("progressbar")).to_be_visible()
    expect(card.get_by_role("list", name="params")).to_contain_text("learning_rate")
    seen = card.get_by_role("list", name="metrics").inner_text()
    expect(card.get_by_role("list", name="metrics")).not_to_have_text(seen)  # it moves on
    assert notebook.running
    (notebook.path.parent / "stop").touch()
    notebook.finish()
    expect(area).to_contain_text("FINISHED")
    expect(card).to_have_count(0)
    saved = notebook.save().cells[-1].outputs
    assert [kind for output in saved for kind in output.data if "widget" in kind] == []


def test_an_error_and_an_interrupt_are_shown_as_such(notebook):
    area = notebook.run("%%track broken\nalpha = 1\n1 / 0")
    expect(area).to_contain_text("FAILED")
    expect(area).to_contain_text("ZeroDivisionError")
    area = notebook.start(TRAINING)
    expect(area.get_by_role("group", name="run xgb, running")).to_be_visible()
    notebook.interrupt()
    notebook.finish()
    expect(area).to_contain_text("KILLED")
