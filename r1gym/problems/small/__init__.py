"""The small world of the recipe ``r1``: bilingual reasoning, and general requests."""
