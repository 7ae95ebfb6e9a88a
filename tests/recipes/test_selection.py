"""From scored samples to examples, without any model."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r1gym.core.types import Completion, Episode, Problem, Score, Verdict
from r1gym.recipes.examples import ExampleRow
from r1gym.recipes.filters import Filters
from r1gym.recipes.rewriting import Refused, Unanswered
from r1gym.recipes.selection import MOST_SHOWN, Selection, Selector
from r1gym.verifiers import RewardSum

REWARD = RewardSum({"accuracy": 1.0, "format": 0.1})
PROBLEM = Problem("p/1", "What is seven plus five, please?", "12", "sums", 2)


def said(thinking, answer=12):
    return f"<think>{thinking}</think><answer>{answer}</answer>"


def episodes(*texts, problem=PROBLEM, reward=REWARD, truncated=False):
    found = [Completion(text, truncated=truncated) for text in texts]
    return [Episode.single(problem, one, reward.score(problem, one)) for one in found]


def unchanged(problem, text):
    return text


def select(*groups, filters=None, rewriter=unchanged, keep=1, reward=REWARD, template="{question}"):
    selector = Selector(
        Filters(filters or {}), rewriter, reward.score_batch, keep, template, "here"
    )
    return selector.select(groups)


def count(made):
    return {way: n for way, n in made.counts.items() if n}


def test_right_samples_become_examples():
    made = select(episodes(said("a", 13), said("b"), "none"))
    row = ExampleRow(PROBLEM.question, said("b"), "sums", 2, "p/1", "here", "en")
    assert made.rows == [row]
    assert count(made) == {"sampled": 3, "wrong": 2, "right": 1, "kept": 1}
    assert [(row["why"], row["completion"]) for row in made.dropped] == [
        ("wrong", said("a", 13)),
        ("wrong", "none"),
    ]
    assert made.dropped[1]["reason"].startswith("no final answer")


def test_the_first_of_each_problem_are_kept_and_each_text_once():
    texts = [said("a"), said("a"), said("b"), said("c")]
    made = select(episodes(*texts), episodes(*texts[2:]), keep=2)
    assert [row.completion for row in made.rows] == [said(t) for t in ("a", "b", "b", "c")]
    assert count(made) == {
        "sampled": 6, "right": 6, "repeated": 1, "not needed": 1, "kept": 4,
    }  # fmt: skip


def test_what_a_filter_drops_makes_room_for_the_next():
    filters = {"short": {"type": "length", "most": 12}, "format": {}}
    long = said("one two three four five six seven eight nine ten eleven twelve")
    made = select(episodes(long, "<answer>12</answer>", said("a")), filters=filters)
    assert [row.completion for row in made.rows] == [said("a")]
    assert made.counts["dropped/short"] == made.counts["dropped/format"] == 1
    assert "words and symbols" in made.dropped[0]["reason"]


def test_one_that_was_cut_off_is_no_example():
    made = select(episodes(said("a"), truncated=True))
    assert count(made) == {"sampled": 1, "right": 1, "dropped/truncated": 1} and not made.rows


def test_a_grader_that_failed_is_counted_apart():
    failed = Score(None, Verdict.JUDGE_FAILED, "nobody there")
    one = Episode.single(PROBLEM, Completion(said("a")), failed)
    made = select([one])
    assert count(made) == {"sampled": 1, "ungraded": 1}
    assert made.dropped[0]["reason"] == "nobody there"


def rewriter(problem, text):
    if "refuse" in text:
        raise Refused("I will not")
    if "down" in text:
        raise Unanswered("nobody there")
    return text.replace("spoil", "13</answer><answer>13").replace("x", "y")


def test_what_was_rewritten_is_verified_and_filtered_again():
    spoilt = "<think>.</think><answer>spoil</answer> <answer>12</answer>"
    made = select(
        episodes(said("refuse"), said("down"), said("x x x x"), said("z"), said("ax"), said("b")),
        episodes(said("b")),
        filters={"only_a": {"type": "length", "most": 4, "when": "after"}},
        rewriter=rewriter,
        keep=1,
    )
    assert [row.completion for row in made.rows] == [said("z"), said("b")]
    assert count(made) == {
        "sampled": 7, "right": 7, "refused/rewriter": 1, "unanswered": 1, "refused/only_a": 1,
        "kept": 2, "not needed": 2,
    }  # fmt: skip
    made = select(episodes(spoilt), rewriter=lambda problem, text: text.replace("12", "14"))
    assert count(made) == {"sampled": 1, "right": 1, "refused/verifier": 1}
    assert made.dropped[0]["completion"].endswith("14</answer>")


def test_only_what_was_changed_is_verified_again():
    asked = []

    class Watched(RewardSum):
        def score_batch(self, pairs):
            asked.extend(completion.text for _, completion in pairs)
            return super().score_batch(pairs)

    reward = Watched({"accuracy": 1.0})
    made = select(episodes(said("x"), said("b")), rewriter=rewriter, keep=2, reward=reward)
    assert asked == [said("y")] and made.counts["rewritten"] == 1 and len(made.rows) == 2


@pytest.mark.parametrize("opened", ["<think>", "<think>\n"])
def test_what_the_prompt_opened_is_in_the_examples_and_is_judged_once(opened):
    template = "User: {question} Assistant: " + opened
    reward = REWARD.for_template(template)
    [whole], texts = [said("x").removeprefix("<think>")], []

    def rewrite(problem, text):
        texts.append(text)
        return text.replace("x", "y")

    found = episodes(whole, reward=reward)
    assert found[0].score.value == 1.1
    made = select(
        found, filters={"format": {"tags": True}}, rewriter=rewrite, reward=reward,
        template=template,
    )  # fmt: skip
    assert texts == [opened + whole]
    assert [row.completion for row in made.rows] == [opened + whole.replace("x", "y")]


def test_dropped_samples_are_shown_up_to_a_bound():
    one = select(episodes(*[f"wrong {n}" for n in range(30)]))
    assert len(one.dropped) == MOST_SHOWN and one.counts["wrong"] == 30
    both = Selection()
    both.add(select(episodes("wrong")))
    both.add(one)
    assert len(both.dropped) == MOST_SHOWN and both.counts["wrong"] == 31


TEXTS = st.sampled_from(
    [
        said("a"),
        said("x"),
        said("spoil"),
        said("refuse"),
        said("down"),
        said("b", 13),
        said("a b c d"),
        "none",
    ]
)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(TEXTS, max_size=6), max_size=4), st.integers(1, 3))
def test_every_sample_is_counted_once(groups, keep):
    made = select(
        *(episodes(*texts) for texts in groups), rewriter=rewriter, keep=keep,
        filters={"short": {"type": "length", "most": 4, "when": "before"}},
    )  # fmt: skip
    counts = made.counts
    assert counts["sampled"] == counts["wrong"] + counts["ungraded"] + counts["right"]
    ways = ("repeated", "not needed", "unanswered", "kept")
    left = sum(n for way, n in counts.items() if way.startswith(("dropped/", "refused/")))
    assert counts["right"] == left + sum(counts[way] for way in ways)
    assert counts["kept"] == len(made.rows) <= keep * len(groups)
