"""One run in full: what went in, what came out, and what it was made with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from shelduck.errors import BadValue, NotFound, ShelduckError, nearest
from shelduck.panels import edits, run_json
from shelduck.panels.panel import Answer, Panel, command
from shelduck.panels.previews import contents, file_at, preview
from shelduck.panels.run_json import Known
from shelduck.panels.run_static import StaticRun
from shelduck.panels.source import tokens
from shelduck.panels.sparkline import sparkline
from shelduck.panels.wire import Json, floats
from shelduck.records import Run
from shelduck.store import Store
from shelduck.store.curves import Curve, curves, sparks
from shelduck.values import leaves

SECTIONS = ("params", "tags", "note", "environment", "code", "metrics", "files", "source")
BATCH, DRAWN = 24, 40  # small curves a request, and in what has no script
WAIT = 2.0  # seconds for whoever holds the store, before that is said
SMALL, LARGE = 120, 1000  # points of a small curve, parts of an enlarged one


class RunPanel(Panel):
    """One run in full.

    Parameters
    ----------
    run_id
        NotFound is raised when the store has no run of it.
    """

    view = "run_view"

    def __init__(self, store: Store, run_id: str) -> None:
        super().__init__(store)
        self.folded = {"environment"}
        self.metric: str | None = None
        """The metric whose curve is enlarged."""
        self.path: str | None = None
        """The artifact that is previewed."""
        self.trouble: str | None = None
        self._content: Json = {}
        self._revision: object = None
        self._show(Known.read(store, run_id), store.revision())

    @property
    def run(self) -> Run:
        """The run as it was when the store was last read."""
        return self._known.run

    def shown(self) -> Json:
        """Return the run and how it is looked at."""
        return self._content | {
            "elapsed": run_json.elapsed(self.run),
            "folded": sorted(self.folded),
            "metric": self.metric,
            "path": self.path,
            "trouble": self.trouble,
        }

    def refresh(self) -> bool:
        """Read the run anew if the store has changed."""
        revision = self.store.revision()
        return revision != self._revision and self._read(revision)

    def recorded(self) -> list[tuple[str, Json]]:
        """Return what is asked for when a page is looked at: curves, source, packages, texts."""
        asked: list[tuple[str, Json]] = [("source", {}), ("rows", {"section": "packages"})]
        asked += [("sparks", {"keys": keys}) for keys in self._batches()]
        asked += [("curve", {"key": key}) for batch in self._batches()[:2] for key in batch]
        known = self._content
        for section in ("params", "metrics", "tags", "files"):
            if known[section]["total"] > len(known[section]["rows"]):
                asked.append(("rows", {"section": section}))
        small = [f.path for f in self._known.files if (f.file_size or 0) < 100_000][:50]
        models = {path.removesuffix("/MLmodel") for path in small if path.endswith("/MLmodel")}
        asked += [("artifact", {"path": path}) for path in (*small, *sorted(models))]
        for section, of in (("params", known["params"]), ("tags", known["tags"])):
            cut = [key for key, _, _, is_cut in of["rows"] if is_cut][:50]
            asked += [("whole", {"section": section, "key": key}) for key in cut]
        return [*asked, ("params", {})]

    def __repr__(self) -> str:
        return repr(self._static({}))

    def _repr_html_(self) -> str:
        return self._static(self._drawn())._repr_html_()

    # --- which run, and how it is looked at ----------------------------------------------

    @command
    def go(self, run_id: str) -> None:
        """Show another run: the one before or after, or the parent."""
        self._show(Known.read(self.store, run_id), self.store.revision())
        self.metric = self.metric if self.metric in self.run.data.summaries else None
        self.path = self.path if self.path in {f.path for f in self._known.files} else None

    @command
    def fold(self, section: str, folded: bool) -> None:
        """Fold a section away, or unfold it."""
        if section not in SECTIONS:
            raise BadValue(f"there is no section `{section}`{nearest(section, SECTIONS)}")
        (self.folded.add if folded else self.folded.discard)(section)
        self.revision += 1

    @command
    def enlarge(self, key: str | None) -> None:
        """Show the curve of a metric in full width, or of none."""
        self.metric = key
        self.revision += 1

    @command
    def look(self, path: str | None) -> None:
        """Note which artifact is previewed."""
        self.path = path
        self.revision += 1

    # --- what is asked for when it is looked at ------------------------------------------

    @command
    def rows(self, section: str) -> list[list[Any]]:
        """Return every row of a section."""
        return run_json.rows_of(self._known, section)

    @command
    def whole(self, section: str, key: str) -> str:
        """Return a param or tag of which the state has a part only."""
        data = self.run.data
        values = leaves(data.params) if section == "params" else data.tags
        if key not in values:
            raise NotFound(f"The run has no `{key}` among its {section}{nearest(key, values)}")
        return run_json.whole_text(values[key])

    @command
    def note(self) -> str:
        """Return the whole note."""
        return run_json.note_of(self.run)

    @command
    def params(self) -> str:
        """Return the params as Python reads them."""
        return repr(self.run.data.params)

    @command
    def source(self) -> Json:
        """Return the source of the cell, in tokens."""
        cell = self._known.cell
        text = (cell and cell.source) or ""
        return {"tokens": tokens(text), "digest": cell and cell.digest}

    @command
    def sparks(self, keys: list[str]) -> Answer:
        """Return small curves; ``header`` names them, each has a buffer of steps and of values."""
        return _sent(self._sparks(keys))

    @command
    def curve(self, key: str) -> Answer:
        """Return one curve in detail."""
        with self.store.reading() as con:
            return _sent(curves(con, [self.run.info.run_id], key, points=LARGE))

    @command
    def artifact(self, path: str) -> Answer:
        """Return what to show of an artifact; see `preview`."""
        return preview(self.store.blobs, self._known.files, path)

    @command
    def download(self, path: str) -> Answer:
        """Return the bytes of an artifact; none when there are too many."""
        content = contents(self.store.blobs, file_at(self._known.files, path))
        return Answer(content is not None, [] if content is None else [content])

    # --- what can be changed -------------------------------------------------------------

    @command
    def rename(self, name: str) -> None:
        """Give the run another name."""
        self._edit(edits.rename, name)

    @command
    def write_note(self, text: str) -> None:
        """Write the run's note, or remove it."""
        self._edit(edits.set_note, text)

    @command
    def tag(self, key: str, value: str) -> None:
        """Set a tag."""
        self._edit(edits.set_tag, key, value)

    @command
    def untag(self, key: str) -> None:
        """Remove a tag."""
        self._edit(edits.remove_tag, key)

    @command
    def restore(self) -> None:
        """Take the run out of the trash."""
        edits.set_deleted(self.store, self.run.info.run_id, deleted=False)
        self._read(self.store.revision())

    def _edit(self, edit: Callable[..., None], *args: str) -> None:
        edit(self.store, self.run.info.run_id, *args)
        self._read(self.store.revision())

    # --- reading -------------------------------------------------------------------------

    def _read(self, revision: object) -> bool:
        """Read the run; where that fails, what was known stays, and the trouble is said."""
        content, trouble = self._content, self.trouble
        try:
            self._show(Known.read(self.store, self.run.info.run_id, WAIT), revision)
        except ShelduckError as e:
            self.trouble, self._revision = str(e), None
            self.revision += self.trouble != trouble
        return self.trouble != trouble or self._content is not content

    def _show(self, known: Known, revision: object) -> None:
        self._known, self._revision = known, revision
        content = run_json.content(known)
        if self.trouble or content != self._content:
            self._content, self.trouble = content, None
            self.revision += 1

    def _batches(self) -> list[list[str]]:
        """The metrics of the state that have a curve, as the view asks for them."""
        rows = self._content["metrics"]["rows"]
        keys = [key for key, points, *_ in rows if points > 1]
        return [keys[at : at + BATCH] for at in range(0, len(keys), BATCH)]

    def _static(self, curves: dict[str, str]) -> StaticRun:
        known = self._known
        return StaticRun(replace(known.run, cell=known.cell), known.files, known.around, curves)

    def _drawn(self) -> dict[str, str]:
        """Curves for what has no script to draw them; none where the store cannot be read."""
        keys = [key for batch in self._batches() for key in batch][:DRAWN]
        try:
            found = self._sparks(keys)
        except ShelduckError:
            return {}
        return {curve.key: sparkline(curve.x.tolist(), curve.y.tolist()) for curve in found}

    def _sparks(self, keys: Sequence[str]) -> list[Curve]:
        run_id = self.run.info.run_id
        with self.store.reading() as con:
            found = sparks(con, [run_id], keys, points=SMALL)
        return [found[run_id, key] for key in keys if (run_id, key) in found]


def _sent(found: Sequence[Curve]) -> Answer:
    """Curves as their keys and lengths, where they have None, and two buffers each."""
    header = [
        {"key": curve.key, "points": curve.total, "none": curve.is_none.nonzero()[0].tolist()}
        for curve in found
    ]
    arrays = [array for curve in found for array in (curve.x, curve.y)]
    return Answer(header, [floats(array) for array in arrays])
