"""What a notebook cell is, takes in and gives out, and where it runs; nothing is stored here."""

from shelduck.capture.cell import Captured, CellPlan, Memory, read_cell
from shelduck.capture.environment import read_environment
from shelduck.capture.git import GitState, git_state
from shelduck.capture.measures import RULE
from shelduck.capture.notebook import cell_id, notebook_path

__all__ = [
    "RULE",
    "Captured",
    "CellPlan",
    "GitState",
    "Memory",
    "cell_id",
    "git_state",
    "notebook_path",
    "read_cell",
    "read_environment",
]
