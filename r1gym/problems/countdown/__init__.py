"""The numbers game: make a target from given numbers. Any right expression is paid."""
