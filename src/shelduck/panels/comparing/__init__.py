"""What comparing runs takes: their columns, what is worked out from these, and its pictures."""
