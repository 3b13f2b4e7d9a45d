"""What was heard, made searchable, and grouped by what it speaks of."""
