"""Small real things that several tests stand on."""
