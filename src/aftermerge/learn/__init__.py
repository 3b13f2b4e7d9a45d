"""Closes the loop: what it added up to, who still waits, what was learned."""
