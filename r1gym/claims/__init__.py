"""What the report claims: each claim is a file of data, and a short run tests it."""
