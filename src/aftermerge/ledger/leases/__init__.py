"""Names that one job holds at a time."""
