"""Delighted: survey responses, by the bodies that it sends."""
