"""The small world of the recipe ``r1``: bilingual arithmetic, orders, and general requests."""
