"""`python -m aftermerge`."""

from aftermerge.cli import main

main()
