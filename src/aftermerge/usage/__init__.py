"""Usage data: a metric becomes one query, and its rows become a daily series or moments."""
