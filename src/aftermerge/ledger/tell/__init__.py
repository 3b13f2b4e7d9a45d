"""Who asked, and what they were told."""
