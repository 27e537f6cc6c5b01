"""The comparison in JupyterLab: brushes, and what follows them."""

from comparison import Comparison
from playwright.sync_api import expect
from seed import sweep

from table import Table

SELECTED = """
import time
while len(compare.selected) != {count}: time.sleep(0.01)
every = shelduck.search_runs()
chosen, rmse = every.run_id.isin(compare.selected.run_id), every["metrics.rmse"]
print(list(rmse.between(rmse[chosen].min(), rmse[chosen].max())) == list(chosen))
"""


def test_a_brush_is_seen_in_the_plots_in_the_table_and_in_python(notebook):
    notebook.run(sweep())
    table = Table(notebook.run("%runs"))
    compare = Comparison(notebook.run("compare = shelduck.Compare(); compare"))
    before = _drawn(compare.scatter)
    compare.brush("rmse", 0, 0.5)
    expect(compare.status).not_to_have_text("0 selected")
    count = int(compare.status.inner_text().split()[0])
    assert 0 < count < 40
    assert _drawn(compare.scatter) != before
    expect(table.area.get_by_role("toolbar")).to_contain_text(f"{count} selected")
    notebook.run(SELECTED.format(count=count))
    assert notebook.text().strip() == "True"


def test_what_python_or_the_table_selects_is_highlighted(notebook):
    notebook.run(sweep())
    table = Table(notebook.run("%runs"))
    compare = Comparison(notebook.run("compare = shelduck.Compare(); compare"))
    notebook.run("compare.selected = shelduck.search_runs(max_results=3)")
    expect(compare.status).to_contain_text("3 selected")
    expect(compare.differences.get_by_role("table").first).to_contain_text("learning_rate")
    table.row(table.cells("name")[0]).click()
    expect(compare.status).to_contain_text("1 selected")


def test_the_keyboard_alone_brushes_and_clears(notebook, page):
    notebook.run(sweep())
    compare = Comparison(notebook.run("%compare"))
    axis = compare.axis("max_depth")
    axis.focus()
    page.keyboard.press("ArrowUp")
    expect(compare.status).not_to_have_text("0 selected")
    seen = compare.status.inner_text()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowUp")
    expect(compare.status).not_to_have_text(seen)
    page.keyboard.press("Escape")
    expect(compare.status).to_have_text("0 selected")
    page.keyboard.press("ArrowRight")
    expect(axis).not_to_be_focused()
    assert len(notebook.save().cells) == 4  # the notebook took none of these keys for its own


def test_axes_and_what_is_folded_stay_when_it_is_shown_again(notebook):
    notebook.run(sweep())
    compare = Comparison(notebook.run("compare = shelduck.Compare(); compare"))
    axis = compare.axis("model")
    axis.focus()
    axis.press("Delete")
    expect(axis).to_have_count(0)
    heading = compare.curves.get_by_role("button", expanded=True)
    heading.click()
    expect(compare.curves.get_by_role("button", expanded=False)).to_be_visible()
    notebook.run(
        "import time\nwhile 'curves' not in compare._panel.view['closed']: time.sleep(0.01)"
    )
    again = Comparison(notebook.run("compare"))
    expect(again.axis("model")).to_have_count(0)
    expect(again.curves.get_by_role("button", expanded=False)).to_be_visible()


def test_the_plots_have_names_that_say_what_they_show(notebook):
    notebook.run(sweep())
    area = Comparison(notebook.run("%compare")).area
    for name in (
        "Parallel coordinates of 40 runs",
        "Scatter of 40 runs",
        "Contour of",
        "Curves of",
    ):
        expect(area.get_by_role("img", name=name)).to_be_attached()


def test_one_run_and_none_are_no_comparison_and_say_so(notebook):
    notebook.run("shelduck.set_experiment('new')")
    empty = notebook.run("%compare")
    expect(empty.locator(".shelduck")).to_contain_text("No runs")
    notebook.run("with shelduck.start_run(): shelduck.log_metric('rmse', 1)")
    one = notebook.run("%compare")
    expect(one.locator(".shelduck")).to_contain_text("ne run")


def _drawn(region):
    """What is drawn on the canvases of a section."""
    return region.locator("canvas").evaluate_all("all => all.map(c => c.toDataURL()).join()")
