"""The tables, and rows of them as every database can hold them."""
