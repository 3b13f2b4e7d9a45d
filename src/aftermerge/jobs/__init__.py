"""What is done as a whole: one job a file, each over the ports alone."""
