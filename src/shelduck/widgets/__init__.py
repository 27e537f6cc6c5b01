"""The panels as a notebook shows them, with anywidget where there is a front end for it."""
