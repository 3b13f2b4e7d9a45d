"""What is installed under an entry point's group, the built-in ones too."""

from importlib.metadata import entry_points

__all__ = ["names", "plugin"]


def names(group: str) -> list[str]:
    """Every name in the group, sorted."""
    return sorted({point.name for point in entry_points(group=group)})


def plugin(group: str, name: str) -> object | None:
    """What is installed under that name; None where nothing is."""
    return next((point.load() for point in entry_points(group=group, name=name)), None)
