"""The nouns: frozen dataclasses, one file a noun."""
