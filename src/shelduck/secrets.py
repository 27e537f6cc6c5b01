"""Which names are secrets, so that their values are never written."""

from __future__ import annotations
