"""Pages: each in a room of its own, rendered on the server, without a script."""
