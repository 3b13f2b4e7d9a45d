"""Front: messages of shared inboxes, by the bodies that it sends."""
