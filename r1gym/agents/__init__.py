"""Policies, rollout engines and the algorithms that train them. The first room with torch in it."""
