"""The report's training recipes, each a frozen configuration and a short `run(config)`."""
