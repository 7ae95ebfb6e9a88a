"""Group relative policy optimisation (DeepSeek-R1 report, section 2.2.1)."""
