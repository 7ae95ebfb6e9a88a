"""What a report tells of a grader; the attacks themselves are in test_attacks."""

from r1gym.testing import check_grader
from r1gym.testing.attacks import ATTACKS
from r1gym.verifiers.accuracy import Accuracy

SOME = [attack for attack in ATTACKS if attack.kind == "code"][:3] or list(ATTACKS[:3])


def lenient(answer, gold):
    return 1.0


def test_a_grader_that_pays_everything_is_broken():
    report = check_grader(lenient, attacks=SOME)
    assert report.broken and {o.attack for o in report.broken} <= set(SOME)


def test_our_own_holds():
    assert not check_grader(Accuracy(), attacks=SOME).broken
