import threading
from itertools import islice

import pytest
import torch

from r1gym.agents.sft import SFTConfig
from r1gym.core.errors import ConfigError, Interrupted
from r1gym.core.run import read_metrics
from r1gym.problems.problem_set import ProceduralProblems, split_of
from r1gym.recipes.base import BaseConfig, BaseCorpus
from r1gym.recipes.embedded_base import make_base

FAMILIES = {"arithmetic": (1, 2, 3), "equations": (1, 2, 3)}
CONFIG = BaseConfig(late_part=0.5, sft=SFTConfig(steps=100, batch_size=40))
EARLY, LATE = range(2000), range(2000, 4000)


@pytest.fixture(scope="module")
def corpus():
    return BaseCorpus(CONFIG, FAMILIES)


@pytest.fixture(scope="module")
def documents(corpus):
    return [corpus.document(i) for i in range(4000)]


def test_a_document_is_a_function_of_the_seed_and_its_number(corpus, documents):
    again = BaseCorpus(CONFIG, FAMILIES)
    assert [again.document(i) for i in (3999, 17, 0)] == [documents[i] for i in (3999, 17, 0)]
    other = BaseCorpus(BaseConfig(seed=1), FAMILIES)
    assert [other.document(i).text for i in range(50)] != [d.text for d in documents[:50]]


def test_examples_are_the_documents_from_any_start(corpus, documents):
    from r1gym.envs.tokenizers import load_tokenizer

    tokenizer = load_tokenizer("tiny")
    for i, (prompt, completion) in enumerate(islice(corpus.examples(5), 3), start=5):
        assert tokenizer.decode(prompt) == f"User: {documents[i].problem.question}. Assistant:"
        assert tokenizer.decode(completion) == documents[i].text
        assert completion[-1] == tokenizer.eos_id and tokenizer.eos_id not in completion[:-1]


def test_only_questions_of_the_training_split(documents):
    assert {split_of(d.problem.question) for d in documents} == {"train"}
    questions = {d.problem.question for d in documents}
    for split in ("validation", "test"):
        held_out = ProceduralProblems(FAMILIES, split)
        assert not questions & {held_out[i].question for i in range(500)}


def share(documents, numbers, holds):
    return sum(holds(documents[i]) for i in numbers) / len(numbers)


@pytest.mark.parametrize(
    ("numbers", "steps"), [(EARLY, CONFIG.steps_share), (LATE, CONFIG.late_steps_share)]
)
def test_shares_are_as_configured(documents, numbers, steps):
    assert share(documents, numbers, lambda d: "=" in d.text) == pytest.approx(steps, abs=0.04)
    broken = share(documents, numbers, lambda d: d.is_broken)
    assert broken == pytest.approx(CONFIG.broken_tags, abs=0.04)
    bare = [i for i in numbers if "=" not in documents[i].text]
    wrong = share(documents, bare, lambda d: d.is_wrong)  # a random number is right now and then
    assert wrong == pytest.approx(CONFIG.random_answers, abs=0.07)


def test_the_marks_of_a_document_are_true(documents):
    tags = ("<think>", "</think>", "<answer>", "</answer>")
    for document in documents[:500]:
        assert document.is_broken == (sum(document.text.count(tag) for tag in tags) == 3)
        if not document.is_broken:
            answer = document.text.partition("<answer>")[2].removesuffix("</answer>")
            assert document.is_wrong == (answer != document.problem.answer)


def test_the_description_counts_what_is_there(corpus, documents):
    shares = corpus.describe()
    for part, numbers in (("early", EARLY), ("late", LATE)):
        assert shares[f"{part}/wrong_answer"] == share(documents, numbers, lambda d: d.is_wrong)
        assert shares[f"{part}/broken_tags"] == share(documents, numbers, lambda d: d.is_broken)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"layers": 0}, "base.layers must be at least 1, not 0"),
        ({"hidden_size": 16, "heads": 3}, "must be a multiple of twice base.heads"),
        ({"seed": -1}, "base.seed must be at least 0"),
    ],
)
def test_impossible_models_are_refused(values, message):
    with pytest.raises(ConfigError, match=message):
        BaseConfig(**values)


def test_an_interruption_saves_the_step_at_hand(micro, tmp_path):
    def stop(sft, metrics):
        if sft.step == 3:
            raise Interrupted("stop")

    with pytest.raises(Interrupted):
        make_base(micro.base, FAMILIES, tmp_path, stop)
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["step-000003"]
    make_base(micro.base, FAMILIES, tmp_path)
    assert [row["step"] for row in read_metrics(tmp_path)] == list(range(1, 41))


def test_a_second_first_run_waits_for_the_base_model_and_takes_it(micro, tmp_path, capsys):
    def cut_in(sft, metrics):
        if sft.step == 2 and not second.is_alive():
            second.start()

    made = []
    second = threading.Thread(
        target=lambda: made.append(make_base(micro.base, FAMILIES, tmp_path)), daemon=True
    )
    first = make_base(micro.base, FAMILIES, tmp_path, cut_in)
    second.join(60)
    for ours, theirs in zip(first.model.parameters(), made[0].model.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    assert [row["step"] for row in read_metrics(tmp_path)] == list(range(1, 41))
    assert capsys.readouterr().out.count("Another process is making the base model") == 1
