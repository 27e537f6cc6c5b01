"""What is shown of runs: each panel gives text and HTML that need no kernel."""
