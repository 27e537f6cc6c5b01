"""Panels between page and kernel: busy, restarted, redrawn, shown twice, seen elsewhere."""

import shutil

import pytest
from playwright.sync_api import expect
from seed import sweep

from lab import Notebook, comms_over_subshells, open_lab
from table import Table

# Pushes to the panel until somebody has sorted it, as a cell that trains would for hours.
PUSHING = """
import time
while not any(s.column == "metrics.rmse" for s in table._panel.question.sorts):
    with shelduck.start_run(run_name="while it runs"):
        shelduck.log_metric("rmse", 9)
    table._panel.refresh()
    table._changed()
    time.sleep(0.1)
"""


@pytest.mark.parametrize("how", ["perCommTarget", "perComm"])
def test_what_is_asked_while_a_cell_pushes_is_answered(notebook, page, how):
    with comms_over_subshells(page, how):
        notebook.run(sweep(5))
        table = Table(notebook.run("table = shelduck.RunTable(); table"))
        notebook.start(PUSHING)
        expect(table.row("while it runs").first).to_be_visible()
        table.head("rmse").click()
        notebook.finish()  # which it does only when it was answered
        expect(table.head("rmse")).to_have_attribute("aria-sort", "ascending")


def test_a_panel_answers_while_the_cell_that_shows_it_runs_on(notebook):
    notebook.run(sweep(5))
    area = notebook.start(
        "from IPython.display import display\n"
        "table = shelduck.RunTable(); display(table)\n"
        "import time\n"
        "while table._panel.question.filter == '': time.sleep(0.01)"
    )
    Table(area).filter.fill("params.max_depth > 0")
    notebook.finish()


def test_without_subshells_it_says_that_it_waits_and_then_goes_on(notebook, page):
    with comms_over_subshells(page, "disabled"):
        notebook.run(sweep(5))
        table = Table(notebook.run("%runs"))
        notebook.start(
            "import pathlib, time\nwhile not pathlib.Path('go').exists(): time.sleep(0.01)"
        )
        table.head("rmse").click()
        panel = table.area.locator(".shelduck")
        page.wait_for_function(
            "e => getComputedStyle(e, '::after').content.includes('waiting for the kernel')",
            arg=panel.element_handle(),
        )
        expect(table.head("rmse")).to_have_attribute("aria-sort", "none")
        (notebook.path.parent / "go").touch()
        expect(table.head("rmse")).to_have_attribute("aria-sort", "ascending")


def test_a_restarted_kernel_is_told_and_the_cell_can_be_run_again(notebook, page):
    notebook.run(sweep(5))
    table = Table(notebook.run("%runs"))
    notebook.restart()
    table.head("rmse").click()
    page.wait_for_function(
        "e => getComputedStyle(e, '::after').content.includes('run the cell again')",
        arg=table.area.locator(".shelduck").element_handle(),
    )
    notebook.run("%load_ext shelduck\n%experiment nyc-taxi")
    table = Table(notebook.run("%runs"))
    expect(table.count).to_contain_text("5 runs")
    table.head("rmse").click()
    expect(table.head("rmse")).to_have_attribute("aria-sort", "ascending")


def test_a_cleared_output_can_be_shown_again_as_it_was(notebook):
    notebook.run(sweep(5))
    table = Table(notebook.run("table = shelduck.RunTable(); table"))
    table.head("rmse").click()
    expect(table.head("rmse")).to_have_attribute("aria-sort", "ascending")
    notebook.clear()
    expect(table.grid).to_have_count(0)
    again = Table(notebook.run("table"))
    expect(again.head("rmse")).to_have_attribute("aria-sort", "ascending")
    again.head("rmse").click()
    expect(again.head("rmse")).to_have_attribute("aria-sort", "descending")


def test_two_displays_of_one_panel_show_the_same(notebook):
    notebook.run(sweep(5))
    one = Table(notebook.run("table = shelduck.RunTable(); table"))
    other = Table(notebook.run("table"))
    one.head("rmse").click()
    expect(other.head("rmse")).to_have_attribute("aria-sort", "ascending")
    other.row(other.cells("name")[0]).click()
    expect(one.grid.get_by_role("row", selected=True)).to_have_count(1)


def test_two_panels_of_a_store_share_what_is_selected(notebook):
    notebook.run(sweep(5))
    one = Table(notebook.run("%runs"))
    other = Table(notebook.run("%runs params.max_depth > 0"))
    one.row(one.cells("name")[2]).click()
    expect(other.grid.get_by_role("row", selected=True)).to_have_count(1)
    assert one.cells("name")[2] in other.grid.get_by_role("row", selected=True).inner_text()


def test_being_drawn_anew_costs_neither_scroll_nor_focus(notebook):
    """The saved picture is renewed a moment after each change, for which the host redraws."""
    notebook.run(sweep(200))
    table = Table(notebook.run("%runs"))
    table.grid.evaluate("e => { e.scrollTop = 1500; e.theSame = true; }")
    table.grid.focus()
    before = notebook.html()
    table.grid.press("Control+a")
    notebook.wait_for_html(lambda html: html != before)
    expect(table.grid.get_by_role("row", selected=True).first).to_be_visible()
    expect(table.grid).to_be_focused()
    assert table.grid.evaluate("e => [e.scrollTop, e.theSame]") == [1500, True]


def test_a_page_loaded_anew_shows_what_the_kernel_still_has(notebook, page, lab):
    notebook.run(sweep(5))
    table = Table(notebook.run("table = shelduck.RunTable(); table"))
    table.head("rmse").click()
    expect(table.head("rmse")).to_have_attribute("aria-sort", "ascending")
    table.row(table.cells("name")[0]).click()
    notebook.run("import time\nwhile len(table.selected) != 1: time.sleep(0.01)")
    notebook.save()
    open_lab(page, lab)
    notebook.open()
    expect(table.head("rmse")).to_have_attribute("aria-sort", "ascending")
    expect(table.grid.get_by_role("row", selected=True)).to_have_count(1)
    table.head("rmse").click()
    expect(table.head("rmse")).to_have_attribute("aria-sort", "descending")


def test_a_store_that_is_moved_away_is_missed_in_words(notebook):
    notebook.run(sweep(5))
    table = Table(notebook.run("%runs"))
    here, away = notebook.path.parent, notebook.path.parent / "away"
    away.mkdir()
    for path in list(here.glob("shelduck.duckdb*")):
        path.rename(away / path.name)
    table.filter.fill("metrics.rmse < 100")
    expect(table.area.get_by_role("alert").filter(has_text="shelduck.duckdb").first).to_be_visible()
    shutil.copytree(away, here, dirs_exist_ok=True)
    table.filter.fill("metrics.rmse < 1000")
    expect(table.count).to_contain_text("5 runs")


def test_without_ipywidgets_in_the_front_end_the_static_table_shows(notebook, browser, lab):
    notebook.run(sweep(5))
    Table(notebook.run("%runs --sort metrics.rmse"))
    notebook.save()
    notebook.close()
    with lab.without("@jupyter-widgets/jupyterlab-manager"):
        page = browser.new_page()
        open_lab(page, lab)
    elsewhere = Notebook(page, notebook.path, lab.folder).open()
    expect(elsewhere.outputs.last.get_by_role("table").first).to_contain_text("learning_rate")
    expect(elsewhere.outputs.last.get_by_role("grid")).to_have_count(0)
    elsewhere.run("%load_ext shelduck")
    shown = elsewhere.run("%runs --all")
    expect(shown.get_by_role("table").first).to_contain_text("learning_rate")
    elsewhere.close()
    page.close()
