"""Secrets: which names and values are, and how they are kept out of what is written.

`is_secret` judges a name, `redact_value` and `redact_text` a value, `redact_source` a cell.
"""

from shelduck.secrets.names import is_secret
from shelduck.secrets.source import redact_source
from shelduck.secrets.text import REDACTED, redact_text, redact_value

__all__ = ["REDACTED", "is_secret", "redact_source", "redact_text", "redact_value"]
