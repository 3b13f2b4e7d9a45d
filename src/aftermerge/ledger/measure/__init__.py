"""What was measured, and what the local store keeps to measure by."""
