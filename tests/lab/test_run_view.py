"""One run in full in JupyterLab: opened, read, edited and walked through."""

import re

import pytest
from playwright.sync_api import Locator, expect

CELL = '''%%track xgb
from pathlib import Path
shelduck.log_params({"max_depth": 6, "eta": 0.3})
for step in range(20):
    shelduck.log_metric("rmse", 6 + 3 / (step + 1), step=step)
    shelduck.log_metric("mae", 5 + 2 / (step + 1), step=step)
shelduck.log_metric("r2", 0.8)
shelduck.set_tag("developer", "ann")
'''
ARTIFACTS = '''
import base64
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PAGE = """<h1>A page</h1><script>parent.pwned = top.pwned = 1; document.body.id = 'ran'</script>
<img src="https://example.com/x.png" onerror="parent.pwned = 1"><form action="https://example.com"></form>"""
with shelduck.start_run(run_name="with files"):
    shelduck.log_text("Some words.", "notes/words.txt")
    shelduck.log_text("name,trips\\nannaskeet,12\\nbo,7\\n", "trips.csv")
    shelduck.log_text(PAGE, "page.html")
    Path("pixel.png").write_bytes(base64.b64decode(PIXEL))
    shelduck.log_artifact("pixel.png")
'''


def _open(notebook, what=""):
    return notebook.run(f"%run_info {what}").get_by_role("article", name="A run")


def test_a_run_is_shown_in_full(notebook):
    notebook.run(CELL)
    run = _open(notebook)
    expect(run.get_by_role("heading", level=2)).to_contain_text("xgb")
