"""What the scorers of reasoning-gym pay for and should not, task by task."""

import copy
import json
from pathlib import Path

import pytest

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Verdict
from r1gym.testing import Case, check_verifier, thinking_attacks
from r1gym.verifiers import RewardSum

pytest.importorskip("reasoning_gym")

from r1gym.verifiers import reasoning_gym as module
from r1gym.verifiers.reasoning_gym import ReasoningGym, load_datasets


def problem(name, answer, /, **metadata):
    entry = {"answer": answer, "metadata": metadata}
    own = {"task": name, "options": {}, "entry": entry}
    return Problem(f"{name}/0", "?", answer or "", metadata={"reasoning_gym": own})


def score(of, answer, **options):
    return ReasoningGym(**options).score(of, Completion(f"<answer>{answer}</answer>"))


LATTICE = [[1, 2], [3, 4]]
PAID = [
    (problem("game_of_life_halting", "False"), "False", ["True", "zebra", "[]"]),
    (problem("coin_flip", "0.1933593750"), "0.1934", ["0", "0.1", "1", "nan", "0.19335 x"]),
    (problem("coin_flip", "3.051757812e-05"), "1/32768", ["0", "0.00004"]),
    (problem("complex_arithmetic", "1.0 + 2.0i", result=[1.0, 2.0]), "1+2i", ["nan", "1", "2+1i"]),
    (problem("puzzle24", "5*6*1 - 6", numbers=[5, 6, 1, 6]), "6*(5*1) - 6",
     ["6*4*1*1", "24", "5*6-6*1+0.5"]),
    (problem("countdown", "3*5+7", numbers=[3, 5, 7], target=22), "7+5*3", ["22", "3*5+7+0"]),
    (problem("number_sorting", "[\'1.5\', \'3.0\']", direction="ascending"), '["1.5", "3"]',
     ["[1.5, 3.9]", "[3, 1.5]", "1.5, 3"]),
    (problem("gsm_symbolic", "12"), "12.0", ["12 or 13", "-12", "x 12"]),
    (problem("calendar_arithmetic", "-1", task="recurring_event_calculations"), "-1", ["3", "20"]),
    (problem("figlet_font", "ABCDEFGHIJ"), "abcdefghij", ["ABCDEFGHIJKLM", "ABC"]),
    (problem("word_sorting", "a, b", sorted_words=["a", "b"]), "a, b", ["a, b, c", "b, a"]),
    (problem("spell_backward", "cba"), "CBA", ["cbax", "cb"]),
    (problem("game_of_life", "[[1,0],[0,1]]"), "[[1, 0], [0, 1]]", ["[[1,0,1],[0,1]]", "{}"]),
    (problem("n_queens", "Q _\n_ Q", valid_answers=["Q _\n_ Q"]), "Q _ \n_ Q", ["[[1]]", "_ Q"]),
    (problem("survo", "1 2\n3 4", solution=LATTICE, board_size=2), "1 2\n3 4", ["a 1 2\n3 4"]),
    (problem("kakurasu", "1", n_rows=1, n_cols=1, row_sums=[1], col_sums=[1]), "1", ["a1", "0"]),
    (problem("quantum_lock", "A → B", target_value=3, initial_state="red", initial_value=0,
             buttons=[{"name": "A", "type": "add", "value": 1, "active_state": "any"},
                      {"name": "B", "type": "add", "value": 2, "active_state": "any"}]),
     "A, B", ["press A → B", "B", "A → A"]),
    (problem("time_intervals", "5 days", task_type="date"), "5 days", ["5 apples", "4 days"]),
    (problem("time_intervals", "00:05", task_type="time"), "0:05", ["-00:05", "00:05:01"]),
    (problem("fraction_simplification", "1/2", simplified_numerator=1, simplified_denominator=2,
             numerator=2, denominator=4), "$\\frac{1}{2}$", ["\\frac{1}{2} or 3", "2/4"]),
    (problem("simple_integration", "x**2 + C", variable="x", integrand="2*x"), "x**2",
     ["x**2 + x", "exec(x)"]),
    (problem("polynomial_multiplication", "x**2 - 1"), "-1 + x**2", ["x**2", "(x).as_poly()"]),
    (problem("propositional_logic", None, variables=["P", "Q"], premises=["P", "(P → Q)"]),
     "(P ∧ Q)", ["P", "(P → Q)", "P → Q", "(P ∨ ¬P)", "(P ∧ Q) (P ∧ Q)", "R"]),
    (problem("arc_agi", "1 2\n3 4", output=LATTICE), "1 2\n3 4", ["1 2 3 4", "1 2\n3 4\n5"]),
    (problem("chain_sum", "1000"), "1,000.0", ["1000 1000", "999", "nan"]),
    (problem("gcd", "6"), "6", ["66", "6 6", "16"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("of", "right", "wrong"), PAID, ids=[f"{i}-{case[0].id}" for i, case in enumerate(PAID)]
)
def test_only_a_right_answer_is_paid(of, right, wrong):
    assert score(of, right) == score(of, right)
    assert score(of, right).value == 1
    for answer in wrong:
        for partial in (False, True):
            assert score(of, answer, partial=partial).value == 0, answer


EVALUATED = [
    *("binary_matrix", "countdown", "intermediate_integration", "n_queens"),
    *("polynomial_multiplication", "puzzle24", "simple_integration", "spiral_matrix"),
    *("string_insertion", "number_sorting", "bitwise_arithmetic"),
]


@pytest.mark.parametrize("task", EVALUATED)
def test_an_answer_is_never_run(task, tmp_path):
    mark = tmp_path / "mark"
    of = problem(task, "1", variable="x", integrand="1", valid_answers=["1"], numbers=[1],
                 target=1, problem="0x1", direction="ascending")  # fmt: skip
    for code in (
        f"__import__('pathlib').Path({str(mark)!r}).touch()",
        f"[open({str(mark)!r}, 'w')]",
        f"(1).__class__.__base__.__subclasses__() or open({str(mark)!r}, 'w')",
    ):
        assert score(of, code).value == 0
    assert not mark.exists()


def test_no_form_lets_a_name_through_that_could_call():
    for name in ("exec", "eval", "open", "__import__", "getattr", "x.y", "lambda x", "e1v", "_a"):
        for task in ("simple_integration", "polynomial_multiplication"):
            assert not module._has_form(task, f"{name}(x)"), name
    assert module._has_form("simple_integration", "2*sin(x)**2/3 - 0.5*exp(-x) + C")


def test_near_solutions_are_paid_only_if_asked_for():
    of = problem("rectangle_count", "7")
    assert score(of, "8").value == 0
    near = score(of, "8", partial=True)
    assert 0.1 < near.value < 1 and near.verdict is Verdict.WRONG
    cube = problem("emoji_mystery", "hello world")
    assert score(cube, "hello worle", partial=True).value == pytest.approx(10 / 11)
    # What is paid for taking part, 0.01 here, is paid in no case.
    assert score(cube, "hi", partial=True).value == 0


def test_a_scorer_that_fails_on_an_answer_has_a_verdict_and_so_has_one_that_fails():
    of = problem("prime_factorization", "2 × 3")
    assert score(of, "2 × 3").value == 1
    assert score(of, "two") == score(of, "two")
    assert (score(of, "two").value, score(of, "two").verdict) == (0, Verdict.UNPARSEABLE)
    broken = problem("rotten_oranges_", "3")
    assert score(broken, "3").verdict is Verdict.VERIFIER_ERROR
    without = problem("advanced_geometry", "3")
    assert score(without, "3").verdict is Verdict.VERIFIER_ERROR
    boxes = problem("boxnet", None, initial_state={"0.5_0.5": ["box_red", "target_red"]})
    assert score(boxes, "[3]").verdict is Verdict.UNPARSEABLE
    move = '[{"Agent[0.5, 0.5]": "move(box_red, target_red)"}]'
    assert score(boxes, move).value == 1


@pytest.mark.parametrize("metadata", [{}, {"reasoning_gym": 3}, {"reasoning_gym": {"task": "gcd"}}])
def test_a_problem_of_no_task_is_a_failure_of_ours(metadata):
    found = score(Problem("p", "?", "6", metadata=metadata), "6")
    assert (found.value, found.verdict) == (None, Verdict.VERIFIER_ERROR)


def test_without_an_answer_there_is_nothing_to_score():
    of = problem("gcd", "6")
    assert ReasoningGym().score(of, Completion("6")).verdict is Verdict.UNPARSEABLE
    cut = Completion("<think>", truncated=True)
    assert ReasoningGym().score(of, cut).verdict is Verdict.TRUNCATED
    assert score(of, "6" * 30_000).verdict is Verdict.UNPARSEABLE


@pytest.mark.parametrize("truncated", [True, False])
def test_an_answer_that_stands_only_in_the_thinking_is_paid_nothing(truncated):
    plain = RewardSum({"reasoning_gym": 1.0})
    opened = plain.for_template("{question}<think>")
    for of, right, _ in (PAID[0], PAID[4], PAID[16], PAID[-2]):
        assert opened.score(of, Completion(f"hm</think><answer>{right}</answer>")).value == 1
        for attack in thinking_attacks(of, right):
            completion = Completion(attack.completion, truncated=truncated)
            reward = opened if attack.opened else plain
            assert reward.score(of, completion).value == 0, attack.name


def test_a_problem_is_left_as_it_was():
    of = PAID[16][0]
    before = copy.deepcopy(of)
    score(of, "A, B")
    assert of == before
    assert json.dumps(of.metadata)


def test_options_are_checked():
    with pytest.raises(ConfigError, match="partial"):
        ReasoningGym(partial=1)


def test_the_tables_name_tasks_that_exist():
    tables = (module._EXACT, module._ANY_CASE, module._GRADED, module._FORM, module._OWN)
    for table in tables:
        assert set(table) <= set(load_datasets())
    assert not set(module._OWN) & (module._EXACT | set(module._FORM))
    assert not module._GRADED & (module._EXACT | set(module._OWN))


def test_the_default_scorer_is_asked_of_no_task():
    base = __import__("reasoning_gym.dataset").dataset.ProceduralDataset.score_answer
    default = {name for name, (made, _) in load_datasets().items() if made.score_answer is base}
    assert default <= module._EXACT


def test_no_other_scorer_evaluates_python():
    """The package's own source says which do; a new version may have more."""
    evaluating = set()
    for name, (made, _) in load_datasets().items():
        source = Path(__import__("sys").modules[made.__module__].__file__).read_text()
        scorer = source.partition("def score_answer")[2].partition("\n    def ")[0]
        if "eval(" in scorer or "parse_expr(" in scorer:
            evaluating.add(name)
    guarded = module._EXACT | set(module._OWN)
    guarded |= {task for task, form in module._FORM.items() if module._MATH in form.pattern}
    assert evaluating <= guarded
    assert len(evaluating) >= 8


@pytest.mark.slow
def test_an_answer_that_takes_forever_is_stopped(monkeypatch):
    monkeypatch.setattr(ReasoningGym, "deadline", 1.0)
    reward = RewardSum({"reasoning_gym": 1.0})
    of = problem("polynomial_multiplication", "x**2 - 1")
    part = reward.score(of, Completion("<answer>(x+1)**9**9</answer>")).parts["reasoning_gym"]
    assert part.value == 0
    assert part.verdict in (Verdict.TIMEOUT, Verdict.WRONG)
    right = reward.score(of, Completion("<answer>x**2-1</answer>"))
    assert right.value == 1


@pytest.mark.slow
def test_it_keeps_what_a_verifier_promises():
    cases = [
        Case(of, f"<answer>{right}</answer>", tuple(f"<answer>{one}</answer>" for one in wrong))
        for of, right, wrong in PAID[:12]
    ]
    check_verifier("reasoning_gym", cases)
