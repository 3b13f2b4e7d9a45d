"""Sentry: what users write when something broke, by the bodies that it sends."""
