"""What was merged and released, and which bet it serves."""
