"""A bet: a claim in a Markdown file, written down before it is built."""
