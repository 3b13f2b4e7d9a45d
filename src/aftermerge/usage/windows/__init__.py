"""What units did in a window after their first exposure to a flag, and as long before it."""
