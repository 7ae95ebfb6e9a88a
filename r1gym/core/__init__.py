"""Nouns, errors, registries and run folders: what every other room builds on."""
