"""Models of our own: a plain Llama."""
