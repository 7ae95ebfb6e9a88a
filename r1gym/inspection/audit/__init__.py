"""Graders side by side on stored completions: where they differ, why, and who is right.

rows      a file's rows as problems with responses
compare   every grader's opinion on every response, and the disagreements
kinds     what a disagreement is about
labels    the file of disagreements, and the rates once somebody has labelled it
"""

from r1gym.inspection.audit.compare import Audit, AuditConfig, audit
from r1gym.inspection.audit.labels import Rates, read_rates

__all__ = ["Audit", "AuditConfig", "Rates", "audit", "read_rates"]
