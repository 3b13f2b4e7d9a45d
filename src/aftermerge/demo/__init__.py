"""Harbor, a simulated company whose true effects are known, as ordinary input files."""

from aftermerge.demo.build import build
from aftermerge.demo.truth import PlantedEffect, Truth

__all__ = ["PlantedEffect", "Truth", "build"]
