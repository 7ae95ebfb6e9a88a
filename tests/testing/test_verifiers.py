"""The suite must catch what it is for: one bad verifier for each check."""

import itertools
import threading
import time

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.testing import Case, check_verifier, odd_strings
from r1gym.verifiers.accuracy import Accuracy

PROBLEM = Problem("p", "Compute 6*7", "42")
CASE = Case(PROBLEM, "<answer>42</answer>", ("<answer>41</answer>", "42"))


class Sound:
    """Keeps every promise."""

    def __init__(self, *, value=1.0):
        self.value = value

    def score(self, problem, completion):
        right = completion.text == f"<answer>{problem.answer}</answer>"
        return Score(self.value, Verdict.CORRECT) if right else Score(0.0, Verdict.WRONG)


class Raises(Sound):
    def score(self, problem, completion):
        completion.text.encode()  # a lone surrogate has no code
        return super().score(problem, completion)


class Fails(Sound):
    def score(self, problem, completion):
        if "\0" in completion.text:
            return Score(None, Verdict.VERIFIER_ERROR, "cannot read NUL")
        return super().score(problem, completion)


class ReturnsFloats(Sound):
    def score(self, problem, completion):
        return super().score(problem, completion).value


class PaysNothing(Sound):
    def score(self, problem, completion):
        return Score(0.0, Verdict.WRONG, "never")


class PaysForSubstrings(Sound):
    def score(self, problem, completion):
        right = problem.answer in completion.text
        return Score(1.0, Verdict.CORRECT) if right else Score(0.0, Verdict.WRONG)


class PaysForNothing(Sound):
    def score(self, problem, completion):
        if not completion.text:
            return Score(0.5, Verdict.CORRECT)
        return super().score(problem, completion)


class IsSlow(Sound):
    def score(self, problem, completion):
        if len(completion.text) > 50_000:
            time.sleep(0.3)
        return super().score(problem, completion)


class Hangs(Sound):
    def score(self, problem, completion):
        if len(completion.text) > 50_000:
            threading.Event().wait(20)
        return super().score(problem, completion)


class Remembers(Sound):
    """Pays less the second time."""

    def __init__(self):
        super().__init__()
        self.seen = set()

    def score(self, problem, completion):
        score = super().score(problem, completion)
        if score.value and completion.text in self.seen and len(self.seen) > 9:
            return Score(0.5, Verdict.CORRECT)
        self.seen.add(completion.text)
        return score


class SharesState(Sound):
    """Right in one thread only."""

    def score(self, problem, completion):
        self.text = completion.text
        time.sleep(0)  # lets another thread run
        return super().score(problem, Completion(self.text))


class HasADifferentBatch(Sound):
    def score_batch(self, pairs):
        return [Score(0.0, Verdict.WRONG) for _ in pairs]


class HasAShortBatch(Sound):
    def score_batch(self, pairs):
        return []


class DiffersByInstance(Sound):
    instances = itertools.count()

    def __init__(self):
        super().__init__()
        self.number = next(self.instances)

    def score(self, problem, completion):
        if "{" in completion.text:
            return Score(float(self.number), Verdict.WRONG)
        return super().score(problem, completion)


class BreaksOnTemplates(Sound):
    def for_template(self, template):
        raise IndexError("no\nlines")


class HasNoVerifierForTemplates(Sound):
    def for_template(self, template):
        return None


class HasAPositionalOption(Sound):
    def __init__(self, value=1.0, *, needed):
        super().__init__()


class HasADefaultThatIsNoJson(Sound):
    def __init__(self, *, value=(1.0,)):
        super().__init__()


@pytest.mark.parametrize(
    ("verifier", "message"),
    [
        (Raises, "'Raises': score raised UnicodeEncodeError: .* with the completion ."),
        (Fails, "'Fails': the verifier failed .cannot read NUL., on problem 'p' with"),
        (ReturnsFloats, "score returned float, not a Score"),
        (PaysNothing, "must be 1, not 0.0 .wrong: never., .* completion '<answer>42</answer>'"),
        (PaysForSubstrings, "the score must be 0, not 1.0 .correct., .* completion '42'"),
        (PaysForNothing, "the score must be 0, not 0.5 .* completion ''"),
        (IsSlow, r"score took 0\.\d s, more than 0.2 s, .* \(100000 characters\)"),
        (Hangs, r"score took 0\.\d s, more than 0.2 s, .* \(100000 characters\)"),
        (Remembers, "changed in a second pass: 1.0 .correct. became 0.5 .correct., on"),
        (SharesState, "the score changed in 16 threads: "),
        (HasADifferentBatch, "the score changed in a batch: 1.0"),
        (HasAShortBatch, "0 scores for 200 inputs in a batch"),
        (DiffersByInstance, "the score changed in a new one with the same options: 0.0"),
        (BreaksOnTemplates, "for_template raised IndexError: no lines"),
        (HasNoVerifierForTemplates, "for_template returned no verifier"),
        (HasADefaultThatIsNoJson, r"the default of 'value' is no JSON value: \(1.0,\)"),
    ],
)
def test_the_suite_catches(verifier, message):
    seconds = 0.2 if verifier in (IsSlow, Hangs) else 5.0
    with pytest.raises(AssertionError, match=message) as caught:
        check_verifier(verifier, [CASE], strings=300, seconds=seconds)
    assert "\n" not in str(caught.value)


def test_the_suite_catches_an_option_without_default():
    with pytest.raises(AssertionError, match="the option 'needed' has no default"):
        check_verifier(HasAPositionalOption, [CASE], options={"needed": 1})


def test_a_sound_verifier_passes():
    check_verifier(Sound, [CASE], strings=300)
    check_verifier(Accuracy, [CASE], strings=300)
    check_verifier("accuracy", [CASE], strings=300)


def test_options_reach_the_verifier():
    with pytest.raises(AssertionError, match="must be 1, not 0.5"):
        check_verifier(Sound, [CASE], options={"value": 0.5})


def test_a_component_that_judges_no_answers_has_cases_without_gold():
    check_verifier(PaysForNothing, [Case(PROBLEM)], empty=0.5, strings=50)
    check_verifier(PaysForNothing, [Case(PROBLEM)], empty=None, strings=50)


def test_without_cases_or_with_an_unknown_name_nothing_is_checked():
    with pytest.raises(ConfigError, match="at least one case"):
        check_verifier("accuracy", [])
    with pytest.raises(UnknownNameError):
        check_verifier("acuracy", [CASE])


def test_odd_strings_are_many_reproducible_and_odd():
    texts = list(odd_strings(1000, 5, ["<answer>42</answer>"]))
    assert texts == list(odd_strings(1000, 5, ["<answer>42</answer>"]))
    assert texts != list(odd_strings(1000, 6, ["<answer>42</answer>"]))
    assert len(texts) == 1000 and len(set(texts)) > 800
    everything = "".join(texts)
    for piece in ("\0", "\ud800", "\\boxed{", "<answer>", "\u202e", "1e999"):
        assert piece in everything
    assert any("\ud800" <= c <= "\udfff" for c in everything)
    assert max(map(len, texts)) == 100_000
    assert any(text.startswith("<answer>") and text.endswith("</answer>") for text in texts)


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        (Case(PROBLEM), "cases must be a list such as"),
        ([PROBLEM], "cases must be a list such as"),
        ({"a": Case(PROBLEM)}, "cases must be a list such as"),
    ],
)
def test_cases_that_are_none_are_refused(cases, said):
    with pytest.raises(ConfigError, match=said):
        check_verifier("accuracy", cases)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("6*7",), "A Case has a Problem, not '6.7'"),
        ((PROBLEM, 42), "A completion of a Case is a text, not 42"),
        ((PROBLEM, None, "<answer>41</answer>"), "wrong must be a list such as"),
        ((PROBLEM, None, (41,)), "A completion of a Case is a text, not 41"),
    ],
)
def test_a_case_that_is_none_is_refused(arguments, said):
    with pytest.raises(ConfigError, match=said):
        Case(*arguments)


def test_what_is_no_verifier_is_said():
    with pytest.raises(ConfigError, match="check_verifier takes a name, a class or a function"):
        check_verifier(object(), [Case(PROBLEM)])
