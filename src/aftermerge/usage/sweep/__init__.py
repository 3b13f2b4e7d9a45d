"""Windows of units by running sums: each event is looked at once, however many windows it falls into."""
