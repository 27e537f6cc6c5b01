"""Runs made of markup and other tricks: everything is shown, nothing is executed."""

from playwright.sync_api import expect
from seed import sweep

from table import Table

SCRIPT = "<script>window.pwned=1</script>"


def test_a_name_of_markup_is_a_name(notebook, page):
    notebook.run(sweep(2))
    notebook.run(f"with shelduck.start_run(run_name={SCRIPT!r}): pass")
    expect(Table(notebook.run("%runs")).row(SCRIPT)).to_be_visible()
    assert page.evaluate("globalThis.pwned") is None
