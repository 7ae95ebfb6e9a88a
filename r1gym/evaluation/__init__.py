"""pass@k, cons@k, and the runner that measures them."""
