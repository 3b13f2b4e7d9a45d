"""Alembic's scripts, in a line: a revision is a file `versions/r<revision>_<words>.py`."""
