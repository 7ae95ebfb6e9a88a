"""What one does with any run: doctor, explain, play, rescore, evaluate, bench, audit."""
