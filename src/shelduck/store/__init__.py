"""The store: a DuckDB file, its journals and its artifacts. All SQL is in this folder."""

from shelduck.store.identity import artifact_folder, journal_folder
from shelduck.store.opening import close_engine
from shelduck.store.store import Store

__all__ = ["Store", "artifact_folder", "close_engine", "journal_folder"]
