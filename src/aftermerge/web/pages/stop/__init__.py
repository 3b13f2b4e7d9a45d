"""No more messages, please."""
