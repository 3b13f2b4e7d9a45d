"""Aftermerge: what did it change for customers?"""

__version__ = "0.1.0"
