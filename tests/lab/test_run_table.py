"""The run table in JupyterLab: what a user does with it, by mouse, keyboard and from Python."""

from playwright.sync_api import expect
from seed import sweep

from table import Table


def test_a_new_run_appears(notebook):
    notebook.run(sweep(5))
    table = Table(notebook.run("%runs"))
    expect(table.count).to_contain_text("5 runs")
    notebook.run(
        "with shelduck.start_run(run_name='the sixth'):\n    shelduck.log_metric('rmse', 1)"
    )
    expect(table.row("the sixth")).to_be_visible()
    expect(table.count).to_contain_text("6 runs")


def test_a_click_sorts_and_another_turns_around(notebook):
    notebook.run(sweep())
    table = Table(notebook.run("%runs"))
    least, greatest = _extremes(notebook, "rmse")
    table.head("rmse").click()
    expect(table.head("rmse")).to_have_attribute("aria-sort", "ascending")
    expect(table.first("rmse")).to_have_text(least)
    table.head("rmse").click()
    expect(table.head("rmse")).to_have_attribute("aria-sort", "descending")
    expect(table.first("rmse")).to_have_text(greatest)


def test_a_filter_leaves_what_matches(notebook):
    notebook.run(sweep())
    table = Table(notebook.run("%runs"))
    notebook.run("len(shelduck.search_runs(filter_string=\"params.model = 'lasso'\"))")
    table.filter.fill("params.model = 'lasso'")
    expect(table.count).to_contain_text(f"{notebook.text()} of 40 runs")
    assert set(table.cells("model")) == {"lasso"}


def test_a_wrong_filter_says_what_is_wrong_and_where(notebook):
    notebook.run(sweep(5))
    table = Table(notebook.run("%runs"))
    table.filter.fill("metrics.rmze < 7")
    problem = table.area.get_by_role("alert").filter(has_text="rmze")
    expect(problem).to_contain_text("rmse")  # the near miss
    expect(table.filter).to_have_attribute("aria-invalid", "true")
    table.filter.fill("metrics.rmse < 700")
    expect(problem).to_be_hidden()
    expect(table.count).to_contain_text("5 runs")


def test_names_are_completed(notebook):
    notebook.run(sweep(5))
    table = Table(notebook.run("%runs"))
    table.filter.press_sequentially("lear")
    offers = table.area.get_by_role("listbox", name="completions")
    expect(offers.get_by_role("option").first).to_contain_text("params.learning_rate")
    table.filter.press("ArrowDown")
    table.filter.press("Enter")
    expect(table.filter).to_have_value("params.learning_rate ")


def test_columns_are_chosen(notebook):
    notebook.run(sweep(5))
    table = Table(notebook.run("%runs"))
    expect(table.head("seed")).to_have_count(0)  # the same in all runs
    table.area.get_by_role("button", name="Columns").click()
    chooser = table.area.get_by_role("dialog", name="columns")
    chooser.get_by_role("searchbox").fill("seed")
    chooser.get_by_role("checkbox", name="seed").check()
    expect(table.head("seed")).to_have_count(1)
    chooser.get_by_role("searchbox").fill("r2")
    chooser.get_by_role("checkbox", name="r2").uncheck()
    expect(table.head("r2")).to_have_count(0)


def test_what_is_selected_on_screen_is_there_in_python(notebook):
    notebook.run(sweep(5))
    table = Table(notebook.run("table = shelduck.RunTable(); table"))
    name = table.cells("name")[1]
    table.row(name).click()
    expect(table.row(name)).to_have_attribute("aria-selected", "true")
    # Python hears of it in a moment: the selection is sent once things are quiet.
    notebook.run(
        _until("len(table.selected) == 1") + "\nprint(*table.selected['tags.mlflow.runName'])"
    )
    assert notebook.text().strip() == name


def test_what_python_selects_is_seen(notebook):
    notebook.run(sweep(5))
    table = Table(notebook.run("table = shelduck.RunTable(); table"))
    notebook.run("table.selected = shelduck.search_runs(max_results=2)")
    expect(table.grid.get_by_role("row", selected=True)).to_have_count(2)
    expect(table.area.get_by_role("toolbar")).to_contain_text("2 selected")
    notebook.run("table.selected = []")
    expect(table.grid.get_by_role("row", selected=True)).to_have_count(0)


def test_a_run_is_opened_below_its_row(notebook):
    notebook.run(sweep(5))
    table = Table(notebook.run("%runs"))
    name = table.cells("name")[0]
    table.row(name).dblclick()
    details = table.area.get_by_role("region", name="details of the run")
    expect(details).to_contain_text("learning_rate")
    table.grid.press("Escape")
    expect(details).to_be_hidden()


def test_runs_are_deleted_and_restored(notebook):
    notebook.run(sweep(5))
    table = Table(notebook.run("%runs"))
    name = table.cells("name")[0]
    table.row(name).click()
    table.grid.press("Delete")
    table.area.get_by_role("button", name="Delete", exact=True).last.click()
    expect(table.row(name)).to_have_count(0)
    expect(table.count).to_contain_text("4 runs")
    table.area.get_by_role("button", name="Undo").click()
    expect(table.row(name)).to_be_visible()
    notebook.run("len(shelduck.search_runs())")
    assert notebook.text() == "5"


def test_a_name_is_edited_in_place(notebook):
    notebook.run(sweep(5))
    table = Table(notebook.run("%runs"))
    table.row(table.cells("name")[0]).click()
    table.grid.press("F2")
    box = table.area.get_by_role("textbox", name="name", exact=True)
    box.fill("the good one")
    box.press("Enter")
    expect(table.row("the good one")).to_be_visible()
    notebook.run("print(shelduck.find_run('the good one').info.status)")
    assert notebook.text().strip() == "FINISHED"


def test_the_keyboard_alone_sorts_selects_and_opens(notebook, page):
    notebook.run(sweep())
    table = Table(notebook.run("%runs"))
    table.filter.focus()
    for _ in range(10):
        page.keyboard.press("Tab")
        if table.grid.evaluate("e => e === document.activeElement"):
            break
    expect(table.grid).to_be_focused()
    page.keyboard.press("ArrowUp")  # the header
    page.keyboard.press("Home")
    for _ in range(table.columns().index("rmse")):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(table.head("rmse")).to_have_attribute("aria-sort", "ascending")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    expect(table.grid.get_by_role("row", selected=True)).to_have_count(2)
    page.keyboard.press("Enter")
    expect(table.area.get_by_role("region", name="details of the run")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+ArrowDown")
    menu = table.area.get_by_role("menu", name="Column rmse")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(table.grid).to_be_focused()
    assert len(notebook.save().cells) == 4  # the notebook took none of these keys for its own


def test_the_roles_tell_where_one_is(notebook):
    notebook.run(sweep())
    table = Table(notebook.run("%runs"))
    expect(table.grid).to_have_attribute("aria-rowcount", "41")
    expect(table.grid).to_have_attribute("aria-multiselectable", "true")
    expect(table.area.get_by_role("toolbar", name="run table")).to_be_visible()
    table.grid.focus()
    table.grid.press("ArrowDown")
    active = table.grid.get_attribute("aria-activedescendant")
    expect(table.area.locator(f"[id='{active}']")).to_have_attribute("role", "gridcell")
    status = table.grid.get_by_role("row").nth(1).get_by_role("img")
    expect(status).to_have_accessible_name("FINISHED")


def _extremes(notebook, metric):
    """The least and greatest value, as the table writes them."""
    notebook.run(f"ends = shelduck.search_runs()['metrics.{metric}'].agg(['min', 'max'])")
    notebook.run("print(*(f'{value:.3f}' for value in ends))")
    return notebook.text().split()


def _until(condition):
    """A cell that waits for something to come true."""
    return f"import time\nwhile not ({condition}): time.sleep(0.01)"
