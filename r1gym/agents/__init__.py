"""The algorithms that train policies, and agents that only act."""
