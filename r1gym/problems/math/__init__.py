"""Families of mathematics problems with exact answers."""
