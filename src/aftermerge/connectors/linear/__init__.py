"""Linear: customers' requests, and what people outside the workspace wrote in issues and comments."""

from aftermerge.connectors.linear.client import LinearSource, connect

__all__ = ["LinearSource", "connect"]
