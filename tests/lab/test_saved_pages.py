"""What is kept of panels: saved notebooks without a kernel, and pages to mail."""

from playwright.sync_api import expect
from seed import sweep

from table import Table


def test_a_saved_notebook_shows_the_table_as_it_was_left(notebook):
    notebook.run(sweep())
    table = Table(notebook.run("%runs"))
    table.filter.fill("params.model = 'lasso'")
    expect(table.count).to_contain_text("of 40 runs")
