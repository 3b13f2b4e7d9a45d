"""What lies in a folder or file that was handed over, and files of our own, written whole or not at all."""
