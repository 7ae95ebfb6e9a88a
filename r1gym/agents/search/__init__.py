"""Search over steps: step beam, Monte-Carlo tree search, and planning in cloned environments."""
