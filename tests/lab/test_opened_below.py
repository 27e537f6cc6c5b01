"""What a run table opens: another panel, below it."""

from playwright.sync_api import expect
from seed import sweep

from table import Table


def test_a_comparison_opens_below_the_table(notebook):
    notebook.run(sweep(5))
    table = Table(notebook.run("%runs"))
    table.grid.focus()
    table.grid.press("Space")
    table.grid.press("Shift+ArrowDown")
    table.area.get_by_role("button", name="Compare").click()
    expect(table.area.locator(".shelduck")).to_have_count(2)
    expect(table.area).to_contain_text("2 runs")


def test_a_run_opens_below_the_table_in_place_of_what_was_there(notebook):
    notebook.run(sweep(5))
    table = Table(notebook.run("%runs"))
    table.grid.focus()
    for key in ("Enter", "ArrowDown", "Enter"):
        table.grid.press(key)
        if key == "Enter":
            table.area.get_by_role("button", name="Open", exact=True).click()
            expect(table.area.locator(".shelduck")).to_have_count(2)
            table.grid.focus()
