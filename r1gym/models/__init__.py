"""Policies: language models, their log-probs, checkpoints. The first room with torch in it.

Waiting threads that spin are the enemy of a small model on a busy machine: with the passive wait
policy it samples several times faster. It has to be set before torch is loaded for the first time.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
