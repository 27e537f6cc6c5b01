"""What is kept of panels: notebooks without a kernel or as HTML, and pages to mail."""

import re

import pytest
from comparison import Comparison
from nbconvert import HTMLExporter
from playwright.sync_api import Locator, Page, expect
from seed import sweep

from lab import Notebook
from shelduck.panels.comparing.svg import ACCENT
from table import Table

CELL = """%%track xgb
for step in range(20):
    shelduck.log_metric("rmse", 6 + 3 / (step + 1), step=step)
shelduck.log_text("Some words.", "words.txt")
"""


@pytest.fixture
def offline(browser, faults):
    """A page of a browser without network; in the end it has asked for nothing."""
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(error.stack))
    yield page
    context.close()
    assert [url for url in asked if not url.startswith(("file:", "blob:", "data:"))] == []


def test_a_saved_notebook_shows_the_last_state_of_every_panel(notebook):
    names = _arrange(notebook)
    notebook.reopen_without_kernel()
    _shows_the_last_state(notebook.outputs.page.locator(".jp-Notebook"), names)
    expect(notebook.page.get_by_text("Error displaying widget")).to_have_count(0)


def test_a_notebook_as_html_shows_the_same_without_a_network(notebook, browser):
    names = _arrange(notebook)
    page_path = notebook.path.with_suffix(".html")
    page_path.write_text(HTMLExporter().from_notebook_node(notebook.save())[0], encoding="utf-8")
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(page_path.as_uri())
    _shows_the_last_state(page.locator("main"), names)
    context.close()


def test_a_mailed_table_is_looked_through(notebook, offline):
    notebook.run(sweep())
    shown = Table(notebook.run("table = shelduck.RunTable(sort='metrics.rmse'); table"))
    names = shown.cells("name")
    table = Table(_mailed(notebook, "table", offline))
    expect(table.count).to_contain_text("40 runs")
    expect(table.head("rmse")).to_have_attribute("aria-sort", "ascending")
    assert table.cells("name")[:10] == names[:10]
    table.grid.press("ArrowDown")
    table.grid.press("Space")
    table.grid.press("Shift+ArrowDown")
    expect(table.grid.get_by_role("row", selected=True)).to_have_count(2)
    table.grid.evaluate("e => { e.scrollTop = e.scrollHeight; }")
    last = table.grid.locator("[role=row][aria-rowindex='41']")
    expect(last).to_be_visible()
    expect(table.filter).not_to_be_visible()


def test_a_mailed_comparison_is_brushed(notebook, offline):
    notebook.run(sweep())
    compare = Comparison(_mailed(notebook, "shelduck.Compare()", offline))
    compare.brush("rmse", 0, 0.5)
    axis = compare.axis("rmse")
    expect(axis).to_have_accessible_name(re.compile("brushed"))
    axis.press("Escape")
    expect(compare.status).to_have_text("0 selected")
    axis.press("f")
    expect(axis).to_have_accessible_name(re.compile("flipped"))
    expect(compare.curves.get_by_role("img", name="Curves of")).to_be_visible()


def test_a_mailed_run_is_read(notebook, offline):
    notebook.run(CELL)
    run = _mailed(notebook, "shelduck.RunView()", offline).get_by_role("article", name="A run")
    expect(run.get_by_role("heading", level=2)).to_contain_text("xgb")
    curve = run.get_by_role("button", name="rmse, last 6.15")
    expect(curve.locator("path")).to_be_visible()
    curve.press("Enter")
    expect(run.get_by_role("figure").get_by_role("img", name="20 points")).to_be_visible()
    run.get_by_role("treeitem", name="words.txt").click()
    expect(run).to_contain_text("Some words.")
    expect(run.get_by_role("region", name="Source of the cell")).to_contain_text("log_metric")
    expect(run.get_by_role("button", name="Rename")).to_have_count(0)


def _arrange(notebook: Notebook) -> list[str]:
    """Show three panels and leave each other than it came; return the names in the table."""
    notebook.run(sweep())
    compare = Comparison(notebook.run("%compare"))
    compare.brush("rmse", 0, 0.5)
    notebook.wait_for_html(lambda html: ACCENT in html)
    table = Table(notebook.run("%runs"))
    table.filter.fill("params.model = 'lasso'")
    table.filter.press("Enter")  # which closes the completions
    expect(table.count).to_contain_text("of 40 runs")
    table.head("rmse").click()
    expect(table.head("rmse")).to_have_attribute("aria-sort", "ascending")
    names = table.cells("name")
    notebook.wait_for_html(lambda html: _in_order(html, names))
    run = notebook.run(f"%run_info {names[0]}").get_by_role("article", name="A run")
    run.press("F2")
    run.get_by_role("textbox", name="Rename").fill("the good one")
    run.get_by_role("textbox", name="Rename").press("Enter")
    notebook.wait_for_html(lambda html: "the good one" in html)
    return names


def _shows_the_last_state(place: Locator, names: list[str]) -> None:
    """See three panels as they were left, none of them alive."""
    expect(place.get_by_text("the good one").first).to_be_visible()
    table = place.get_by_role("table").filter(has_text=names[1]).last
    rows = "\n".join(table.get_by_role("row").all_inner_texts())
    assert _in_order(rows, names[1:])
    expect(place).to_contain_text("params.model = 'lasso'")
    lines = place.get_by_role("img", name="Parallel coordinates of 40 runs")
    expect(lines).to_be_visible()
    expect(lines.locator(f"[fill='{ACCENT}']")).to_be_attached()  # the brush
    expect(place.get_by_role("grid")).to_have_count(0)


def _in_order(text: str, names: list[str]) -> bool:
    places = [text.find(name) for name in names]
    return -1 not in places and places == sorted(places)


def _mailed(notebook: Notebook, panel: str, page: Page) -> Locator:
    """Save a panel as a page, and open that."""
    notebook.run(f"{panel}.save('page.html')")
    page.goto((notebook.path.parent / "page.html").as_uri())
    return page.locator("body")
