"""How panels look: they follow the theme of the page, and fit where there is little room."""

import pytest
from playwright.sync_api import expect
from seed import sweep

from lab import set_theme

SHOWN = {
    "run table": "%runs",
    "comparison": "%compare",
    "run": "%run_info xgboost-01",
}


@pytest.fixture
def dark(page):
    set_theme(page, "Dark")
    yield
    set_theme(page, "Light")


@pytest.mark.parametrize("cell", SHOWN.values(), ids=SHOWN)
def test_a_panel_is_dark_where_the_page_is(notebook, page, dark, cell):
    notebook.run(sweep(10))
    panel = notebook.run(cell).locator(".shelduck")
    expect(panel).to_be_visible()
    assert _lightness(panel, "color") > 150
    set_theme(page, "Light")
    assert _lightness(panel, "color") < 100


@pytest.mark.parametrize("cell", SHOWN.values(), ids=SHOWN)
def test_a_narrow_output_area_does_not_cut_a_panel(notebook, page, cell):
    notebook.run(sweep(10))
    panel = notebook.run(cell).locator(".shelduck")
    expect(panel).to_be_visible()
    size = page.viewport_size
    page.set_viewport_size({"width": 720, "height": 900})
    page.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
    try:
        widths = panel.evaluate("e => [e.scrollWidth, e.clientWidth]")
        assert widths[0] <= widths[1] + 1
    finally:
        page.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
        page.set_viewport_size(size)


def _lightness(panel, what):
    colour = panel.evaluate(f"e => getComputedStyle(e).{what}")
    numbers = [float(n) for n in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    return sum(numbers) / 3
