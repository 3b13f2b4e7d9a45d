"""What sources tell, on the way to feedback: the envelope, the conversation, the plain text."""
