"""Tables with a row a unit: an experiment that was gathered already."""
