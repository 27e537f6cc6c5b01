"""What can be known of a cell and its surroundings without running anything."""

from shelduck.capture.environment import read_environment
from shelduck.capture.git import GitState, git_state
from shelduck.capture.notebook import notebook_path

__all__ = ["GitState", "git_state", "notebook_path", "read_environment"]
