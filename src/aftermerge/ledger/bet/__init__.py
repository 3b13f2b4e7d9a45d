"""Claims, as the workspace's files say them and as they stood before they met users."""
