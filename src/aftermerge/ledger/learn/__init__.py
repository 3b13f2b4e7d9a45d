"""What the team was told, and the thanks that were given."""
