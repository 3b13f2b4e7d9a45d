"""Chooses the strongest design that the data allows, asks the data once, and gives an honest verdict."""
