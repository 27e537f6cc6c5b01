"""The card of a tracked cell in JupyterLab: alive while it runs, and quiet once it has ended."""

import re

from playwright.sync_api import Locator, expect

from lab import Notebook

# Goes on until a file is there, so that what is seen meanwhile is seen of a running cell.
TRAINING = """%%track xgb
import pathlib, random, time
shelduck.log_params({"max_depth": 6, "eta": 0.3})
bar = shelduck.progress(total=100_000)
go, step = pathlib.Path("go"), 0
while not go.exists():
    step += 1
    shelduck.log_metric("rmse", 6 + 3 / step + random.random() / 100, step=step)
    bar.update()
    time.sleep(0.01)
go.unlink()
"""
WIDGET = "application/vnd.jupyter.widget-view+json"


def test_the_card_is_alive_while_the_cell_trains(notebook):
    area = notebook.start(TRAINING)
    card = _card(area)
    expect(card.get_by_role("list", name="params")).to_contain_text("max_depth 6")
    metric = card.get_by_role("list", name="metrics").get_by_role("listitem")
    expect(metric).to_contain_text("rmse")
    curve = metric.get_by_role("img", name="curve from 6")
    expect(curve).to_be_visible()
    bar = card.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuemax", "100000")
    _goes_on(bar, "aria-valuenow")
    _goes_on(curve.locator("polyline"), "points")
    clock = card.get_by_text(re.compile(r"^\d+ s$"))
    expect(clock).not_to_have_text(clock.inner_text())
    assert notebook.running
    _end(notebook)
    expect(card).to_have_count(0)
    expect(area).to_contain_text("FINISHED")


def test_what_is_left_is_quiet_and_has_no_widget(notebook):
    area = notebook.start(TRAINING)
    expect(_card(area)).to_be_visible()
    _end(notebook)
    expect(area).to_contain_text("attempt 1")
    notebook.start_again()
    expect(_card(area)).to_contain_text("attempt 2")
    _end(notebook)
    expect(_card(area)).to_have_count(0)
    expect(area).to_contain_text("attempt 2")
    expect(area.get_by_role("row").filter(has_text="params")).to_contain_text("eta 0.3")
    metrics = area.get_by_role("row").filter(has_text="metrics")
    expect(metrics).to_contain_text(re.compile(r"rmse 6\.\d+ [+−]"))  # against the attempt before
    expect(metrics.locator("svg")).to_be_visible()
    _has_no_widget(notebook)


def test_a_cell_of_a_moment_shows_its_end_alone(notebook):
    area = notebook.run("%%track short\nshelduck.log_metric('rmse', 6.283185)")
    expect(area).to_contain_text("short")
    expect(area).to_contain_text("6.283")
    expect(_card(area)).to_have_count(0)
    _has_no_widget(notebook)


def test_an_interrupted_cell_says_so_and_how_far_it_came(notebook):
    area = notebook.start(TRAINING)
    _goes_on(_card(area).get_by_role("progressbar"), "aria-valuenow")
    notebook.interrupt()
    notebook.finish()
    expect(_card(area)).to_have_count(0)
    expect(area).to_contain_text("KILLED")
    expect(area).to_contain_text(re.compile(r"stopped at [\d,]+ of 100,000"))
    _has_no_widget(notebook)


def test_a_cell_that_fails_says_why_and_its_traceback_follows(notebook):
    area = notebook.start(TRAINING + "raise ValueError('no such depth')")
    expect(_card(area)).to_be_visible()
    _end(notebook)
    expect(_card(area)).to_have_count(0)
    expect(area).to_contain_text("FAILED")
    expect(area.get_by_text("ValueError: no such depth").first).to_be_visible()
    expect(area).to_contain_text("Traceback (most recent call last)")
    _has_no_widget(notebook)


def test_runs_inside_are_counted_and_the_best_is_named(notebook):
    search = """%%track search
import pathlib, time
def tried(i):
    with shelduck.start_run(run_name=f"trial-{i:03}", nested=True):
        shelduck.log_metric("rmse", 9 - i)
for i in shelduck.progress(range(5)):
    tried(i)
while not pathlib.Path("go").exists(): time.sleep(0.01)
"""
    area = notebook.start(search)
    card = _card(area)
    expect(card).to_contain_text("run 5")
    best = card.get_by_role("list", name="runs inside")
    expect(best).to_contain_text("best rmse")
    expect(best).to_contain_text("trial-004")
    _end(notebook)
    expect(area).to_contain_text("5 runs")
    expect(area).to_contain_text("5 (trial-004)")


def test_a_notebook_saved_meanwhile_says_when_that_was(notebook):
    area = notebook.start(TRAINING)
    expect(_card(area)).to_be_visible()
    notebook.wait_for_html(lambda html: "rmse" in html)
    (kept,) = (o for o in notebook.save().cells[-1].outputs if "data" in o)
    assert "RUNNING" in kept.data["text/plain"] and "when last seen" in kept.data["text/plain"]
    _end(notebook)


def _card(area: Locator) -> Locator:
    """The card that is alive."""
    return area.get_by_role("group", name=re.compile(", running$"))


def _goes_on(element: Locator, attribute: str) -> None:
    """See an attribute change."""
    expect(element).to_have_attribute(attribute, re.compile("."))
    expect(element).not_to_have_attribute(attribute, element.get_attribute(attribute) or "")


def _end(notebook: Notebook) -> None:
    """Let the cell come to its end."""
    (notebook.path.parent / "go").touch()
    notebook.finish()


def _has_no_widget(notebook: Notebook) -> None:
    """See that the saved notebook has static output alone."""
    saved = notebook.save()
    assert "widgets" not in saved.metadata
    shown = [o.data for o in saved.cells[-1].outputs if o.output_type == "display_data"]
    assert shown and not any(WIDGET in data for data in shown)
    assert all("text/html" in data for data in shown)
