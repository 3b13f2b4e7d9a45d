"""What every source and channel needs: the keys of its settings, and a patient way to ask a service."""
