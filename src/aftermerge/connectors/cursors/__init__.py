"""How far a source was read, and what its ways of being read have in common."""
