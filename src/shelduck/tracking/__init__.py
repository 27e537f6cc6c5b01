"""Tracking: the living runs and the verbs that log to them."""
