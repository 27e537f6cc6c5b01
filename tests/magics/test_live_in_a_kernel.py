"""The live card in a real kernel: what is sent while a cell runs, and what is left of it."""

import time

import pytest
from kernels import WAIT, Kernel, cards, of_kind, saved

VIEW = "application/vnd.jupyter.widget-view+json"
# A loop that goes on until the card has been looked at so often, however slow the machine is.
TRAINING = """
%load_ext shelduck
import shelduck, time
from shelduck.panels.live_card import LivePanel

looks, refresh = [], LivePanel.refresh

def noted(panel):
    looks.append(panel.run.name)
    return refresh(panel)

LivePanel.refresh = noted

def training(times):
    looks.clear()
    step = 0
    while len(looks) < times:
        yield step
        step += 1
        time.sleep(0.01)
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    kernel = Kernel(tmp_path_factory.mktemp("live"))
    ran = kernel.run(TRAINING)
    assert ran.status == "ok"
    yield kernel
    kernel.stop()


def pushes(ran):
    """The states that were sent while the cell ran."""
    sent = [c["data"].get("state", {}).get("state") for c in of_kind(ran, "comm_msg")]
    return [state for state in sent if state]


def opened(ran):
    """The states that views began with."""
    states = [c["data"].get("state", {}) for c in of_kind(ran, "comm_open")]
    return [state["state"] for state in states if "state" in state]


def test_a_short_cell_has_the_final_card_alone(kernel):
    ran = kernel.run("%%track short\nprint('seen')")
    assert of_kind(ran, "comm_open") == [] and of_kind(ran, "comm_msg") == []
    card, printed = saved(ran)
    assert card["data"]["text/plain"].startswith("● short  FINISHED") and VIEW not in card["data"]
    assert printed["text"] == "seen\n"


def test_it_is_alive_while_the_cell_runs_and_then_static(kernel):
    began = time.monotonic()
    ran = kernel.run(
        "%%track long\nalpha = 0.5\nprint('first')\n"
        "for step in training(5):\n    shelduck.log_metric('rmse', 9 - step / 1000, step)\nstep"
    )
    elapsed = time.monotonic() - began
    assert ran.status == "ok"
    [first], later = opened(ran), pushes(ran)
    assert first["name"] == "long" and first["params"] == [["alpha", "0.5"]]
    assert 3 <= len(later) <= 4 * elapsed + 2
    [metric] = later[-1]["metrics"]
    assert metric["key"] == "rmse" and metric["count"] > 1 and metric["curve"]["line"]
    assert metric["best"]["value"] == metric["last"] < 9  # less of it is better
    card, printed, result = saved(ran)
    assert printed["text"] == "first\n" and "execution_count" in result
    assert set(card["data"]) == {"text/plain", "text/html"}
    assert "FINISHED" in card["data"]["text/plain"] and "<svg" in card["data"]["text/html"]
    closed = {c["comm_id"] for c in of_kind(ran, "comm_close")}
    assert closed == {c["comm_id"] for c in of_kind(ran, "comm_open")}


def test_what_a_notebook_would_keep_if_the_kernel_died(kernel):
    ran = kernel.run("%%track long\nfor step in training(3):\n    pass")
    places = [c["data"] for k, c in ran.outputs if k in ("display_data", "update_display_data")]
    alive = ["data-shelduck=" in place["text/html"] for place in places]
    assert alive[:2] == [False, True] and not alive[-1]
    for data in places[:-1]:
        assert "RUNNING  when last seen" in data["text/plain"] and "RUNNING" in data["text/html"]


def test_awaiting(kernel):
    ran = kernel.run(
        "%%track waits\nimport asyncio\nfor step in training(3):\n    await asyncio.sleep(0.01)\n"
        "    shelduck.log_metric('loss', 1 / (step + 1), step)"
    )
    assert ran.status == "ok" and len(pushes(ran)) >= 1
    [card] = cards(ran)
    assert "● waits  FINISHED" in card["text/plain"]


@pytest.mark.parametrize("ending", ["error", "interrupt"])
def test_where_a_loop_stopped(kernel, ending):
    last = "1 / 0" if ending == "error" else "print('now', flush=True)\ntime.sleep(600)"
    cell = "%%track stops\nfor step in shelduck.progress(training(3), total=10_000):\n    pass\n"
    cell += f"for step in shelduck.progress(range(1000)):\n    if step == 312:\n        {last}"
    cell = cell.replace("\ntime.sleep", "\n        time.sleep")

    def interrupt(text):
        if "now" in text:
            kernel.manager.interrupt_kernel()

    ran = kernel.run(cell, on_output=interrupt)
    assert ran.status == "error" and opened(ran)[0]["bars"][0]["total"] == 10_000
    [card] = cards(ran)
    status = "FAILED" if ending == "error" else "KILLED"
    assert status in card["text/plain"] and "stopped at 312 of 1,000" in card["text/plain"]
    assert "stopped at 312 of 1,000" in card["text/html"] and VIEW not in card
    assert {c["comm_id"] for c in of_kind(ran, "comm_close")} >= {
        c["comm_id"] for c in of_kind(ran, "comm_open")
    }


def test_the_bars_of_tqdm(kernel):
    ran = kernel.run(
        "%%track bars\nfrom tqdm import tqdm\n"
        "for step in tqdm(training(3), total=9_000, desc='epoch'):\n    pass"
    )
    [bar] = pushes(ran)[-1]["bars"]
    assert (bar["label"], bar["total"]) == ("epoch", 9_000) and bar["done"] >= 0
    ran = kernel.run(
        "%%track bars\nfrom tqdm import tqdm\n"
        "for step in tqdm(training(4), total=9_000):\n    if len(looks) > 2:\n        1 / 0"
    )
    assert "of 9,000" in cards(ran)[0]["text/plain"]


def test_runs_inside(kernel):
    ran = kernel.run(
        "%%track search\nfor step in shelduck.progress(training(4), total=5_000):\n"
        "    with shelduck.start_run(run_name=f'trial-{step}'):\n"
        "        shelduck.log_metric('rmse', 100 - step)"
    )
    inside = pushes(ran)[-1]["inside"]
    assert inside["ended"] > 1 and inside["best"][0]["key"] == "rmse"
    assert inside["best"][0]["value"] == 101 - inside["ended"]
    assert inside["best"][0]["run"] == f"trial-{inside['ended'] - 1}"
    assert "best rmse" in cards(ran)[0]["text/plain"]


def test_a_tracked_cell_within_a_tracked_cell(kernel):
    ran = kernel.run(
        "%%track outer\nfor step in training(2):\n    pass\n"
        "get_ipython().run_cell('%%track inner\\nfor step in training(6):\\n    pass')\n"
        "looks.count('inner') > 0"
    )
    assert {state["name"] for state in opened(ran)} == {"outer", "inner"}
    outer, inner = cards(ran)
    assert outer["text/plain"].startswith("● outer  FINISHED") and "1 run" in outer["text/plain"]
    assert inner["text/plain"].startswith("● inner  FINISHED")


@pytest.mark.parametrize("wait", [True, False])
def test_a_cell_that_clears_its_output(kernel, wait):
    ran = kernel.run(
        "%%track clears\nfrom IPython.display import clear_output, display\n"
        f"for step in training(4):\n    clear_output(wait={wait})\n    display(step)"
    )
    kept = saved(ran)
    assert kept[0]["data"]["text/plain"].startswith("● clears  FINISHED")
    assert len(kept) == 2


def test_what_is_captured_and_what_is_not(kernel):
    ran = kernel.run(
        "%%track\n%%capture held\nprint('kept to itself')\nfor step in training(3):\n    pass"
    )
    assert len(saved(ran)) == 1 and len(opened(ran)) == 1
    ran = kernel.run("held.outputs, held.stdout")
    assert of_kind(ran, "execute_result")[0]["data"]["text/plain"] == r"([], 'kept to itself\n')"


@pytest.mark.parametrize("broken", ["refresh", "shown", "_repr_html_"])
def test_a_fault_of_the_card_is_not_the_cells(kernel, broken):
    ran = kernel.run(
        f"%%track goes-on\nsound = LivePanel.{broken}\nasked = []\n"
        f"def faulty(panel):\n    asked.append(1)\n    raise RuntimeError('a fault of ours')\n"
        f"LivePanel.{broken} = faulty\nuntil = time.monotonic() + {WAIT}\n"
        "while not asked and time.monotonic() < until:\n    time.sleep(0.01)\n"
        f"LivePanel.{broken} = sound\nlen(asked) > 0"
    )
    assert ran.status == "ok" and of_kind(ran, "stream") == []
    assert of_kind(ran, "execute_result")[0]["data"]["text/plain"] == "True"
    [card] = cards(ran)
    assert card["text/plain"].startswith("● goes-on  FINISHED")


def test_nothing_of_it_is_left(kernel):
    kernel.run("%%track\nfor step in training(2):\n    pass")
    ran = kernel.run(
        "import threading, gc\nfor t in threading.enumerate():\n"
        "    if t.name == 'shelduck-card': t.join(60)\n"
        "[t.name for t in threading.enumerate() if t.name == 'shelduck-card'], "
        "get_ipython().display_pub._hooks"
    )
    assert of_kind(ran, "execute_result")[0]["data"]["text/plain"] == "([], [])"
