"""Grade A: units were given a variant by chance."""

from aftermerge.measure.randomised.read import read_arms

__all__ = ["read_arms"]
