"""Policies: language models, their log-probs, checkpoints. The first room with torch in it."""
