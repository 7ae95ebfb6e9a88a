"""Problem sets: task families that make problems, files of problems, and their curriculum."""
