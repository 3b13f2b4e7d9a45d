"""Tells those who asked what became of it, once each, and asks them whether it helped."""
