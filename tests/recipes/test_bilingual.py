from itertools import islice

import pytest

from r1gym.agents.sft import SFTConfig
from r1gym.core.errors import ConfigError
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.problems.problem_set import split_of
from r1gym.recipes.bilingual import BilingualBase, BilingualCorpus
from r1gym.recipes.embedded_base import make_base

FAMILIES = {"arithmetic": (2,), "small-logic": (1,), "small-greet": (1,), "small-translate": (1,)}
CONFIG = BilingualBase(late_part=0.5, sft=SFTConfig(steps=100, batch_size=40))


@pytest.fixture(scope="module")
def corpus():
    return BilingualCorpus(CONFIG, FAMILIES)


@pytest.fixture(scope="module")
def documents(corpus):
    return [corpus.solved(i) for i in range(4000)]


def test_a_document_is_a_function_of_the_seed_and_its_number(corpus, documents):
    again = BilingualCorpus(CONFIG, FAMILIES)
    assert [again.solved(i) for i in (3999, 17, 0)] == [documents[i] for i in (3999, 17, 0)]


def test_examples_are_the_documents_and_the_tokenizer_writes_all_of_them(corpus, documents):
    tokenizer = load_tokenizer("bilingual")
    for i, (prompt, completion) in enumerate(islice(corpus.examples(5), 500), start=5):
        problem, text = documents[i]
        assert tokenizer.decode(prompt) == f"User: {problem.question}. Assistant:"
        assert tokenizer.decode(completion) == text
        assert completion[-1] == tokenizer.eos_id


def test_only_questions_of_the_training_split(documents):
    assert {split_of(problem.question) for problem, _ in documents} == {"train"}


def test_shares_are_as_configured(documents):
    reasoning = [(i, text) for i, (p, text) in enumerate(documents) if "answer" in text]
    for part, share in ((range(2000), CONFIG.worked), (range(2000, 4000), CONFIG.late_worked)):
        told = [text for i, text in reasoning if i in part]
        worked = sum("first" in t or "先" in t for t in told) / len(told)
        assert worked == pytest.approx(share, abs=0.05)
    tags = ("<think>", "</think>", "<answer>", "</answer>")
    broken = sum(sum(map(text.count, tags)) == 3 for _, text in reasoning) / len(reasoning)
    assert broken == pytest.approx(CONFIG.broken_tags, abs=0.05)


def test_it_is_pretrained_and_described(micro, tmp_path):
    config = BilingualBase(16, 1, 2, 24, sft=SFTConfig(steps=3, batch_size=4))
    policy = make_base(config, FAMILIES, tmp_path)
    assert policy.tokenizer.name == "bilingual"
    assert "solutions of mixed quality in English and Chinese" in config.describe(FAMILIES)


def test_a_share_is_from_0_to_1():
    with pytest.raises(ConfigError, match=r"base\.mixing must be at most 1"):
        BilingualBase(mixing=2)
