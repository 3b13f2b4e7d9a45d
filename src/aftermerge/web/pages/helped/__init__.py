"""Did it help? One question, four answers."""
