"""The doors into a notebook: ``%load_ext shelduck``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shelduck.magics.commands import COMMANDS
from shelduck.magics.completion import complete
from shelduck.magics.track import CellTracker, track_cell_magic, without_track
from shelduck.magics.track_line import track_line_magic

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_loaded: dict[int, CellTracker] = {}
_LINE = COMMANDS | {"track": track_line_magic}


def load(shell: InteractiveShell) -> None:
    """Register the magics, the transformer and the two events; loading twice is loading once."""
    if id(shell) in _loaded:
        return
    tracker = _loaded[id(shell)] = CellTracker(shell)
    for name, magic in _LINE.items():
        shell.register_magic_function(magic, "line", name)
    shell.register_magic_function(track_cell_magic, "cell", "track")
    shell.input_transformers_cleanup.append(without_track)
    shell.events.register("pre_run_cell", tracker.before)
    shell.events.register("post_run_cell", tracker.after)
    shell.Completer.custom_matchers.append(complete)


def unload(shell: InteractiveShell) -> None:
    """Take away everything that ``load`` registered."""
    tracker = _loaded.pop(id(shell), None)
    if tracker is None:
        return
    tracker.close()
    magics: dict[str, dict[str, Any]] = shell.magics_manager.magics
    for name in _LINE:
        magics["line"].pop(name, None)
    magics["cell"].pop("track", None)
    shell.input_transformers_cleanup.remove(without_track)
    shell.events.unregister("pre_run_cell", tracker.before)
    shell.events.unregister("post_run_cell", tracker.after)
    shell.Completer.custom_matchers.remove(complete)
