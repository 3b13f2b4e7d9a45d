"""What was heard, and of whom: rows that customers can have forgotten."""
