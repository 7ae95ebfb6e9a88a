from r1gym.claims.experiments.search_common import Asked, Weighed, ask, weigh
from r1gym.core.types import Completion


def test_answers_are_weighed_by_question():
    asked = ask("test", 3)
    assert isinstance(asked, Asked) and len({p.question for p in asked.problems}) == 3
    assert all(
        q.question in prompt for q, prompt in zip(asked.problems, asked.prompts, strict=True)
    )
    answers = [Completion(f"<answer>{p.answer}</answer>") for p in asked.problems]
    assert asked.right(answers) == [True, True, True]
    wrong = [*answers[:2], Completion("<answer>no</answer>")]
    assert weigh(asked, wrong, tokens=30, seconds=6.0) == Weighed(2 / 3, 10.0, 2.0)


def test_training_questions_differ_by_seed_and_stand_in_no_test():
    first, second, test = (ask(*key) for key in (("train", 20, 1), ("train", 20, 2), ("test", 20)))
    questions = [{p.question for p in asked.problems} for asked in (first, second, test)]
    assert questions[0] != questions[1] and not questions[0] & questions[2]
