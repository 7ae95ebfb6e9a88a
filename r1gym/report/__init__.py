"""What people look at: tables, curves, and one page for a run."""
