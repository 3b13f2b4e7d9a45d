"""One room a page: what it shows, and how."""
