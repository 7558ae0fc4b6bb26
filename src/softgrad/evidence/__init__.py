"""What the documentation claims is measured here: accuracy, speed beside others, experiments."""
