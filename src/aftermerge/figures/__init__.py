"""Figures as files: SVG and PNG from a specification."""

from aftermerge.figures.saving import ENDINGS, save_figure
from aftermerge.figures.vega import VegaFigures

__all__ = ["ENDINGS", "VegaFigures", "save_figure"]
