"""What a flag's variants are called."""

CONTROL_NAMES = ("control", "off", "false", "0", "a", "baseline")
"""Variants that say that a unit was not given the change."""
