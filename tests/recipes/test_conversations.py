from itertools import islice

import pytest

from r1gym.agents.sft import SFTConfig
from r1gym.core.errors import ConfigError
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.recipes.base import BaseConfig
from r1gym.recipes.conversations import ConversingBase

FAMILIES = {"arithmetic": (2, 3)}
SFT = SFTConfig(steps=10, batch_size=40)


def examples(config, count=400):
    return list(islice(config.corpus(FAMILIES).examples(0), count))


def test_some_examples_are_second_answers_and_the_rest_are_as_without():
    plain = examples(BaseConfig(sft=SFT))
    conversing = examples(ConversingBase(conversations=0.3, sft=SFT))
    assert [completion for _, completion in conversing] == [c for _, c in plain]
    longer = [one for one, other in zip(conversing, plain, strict=True) if one != other]
    assert len(longer) / len(plain) == pytest.approx(0.3, abs=0.08)
    tokenizer = load_tokenizer("tiny")
    for prompt, _ in longer:
        text = tokenizer.decode(prompt)
        assert text.endswith("\nUser: The answer is wrong. Try again. Assistant:")
        assert prompt.count(tokenizer.eos_id) == 1  # the first turn ends as turns do


def test_first_answers_are_wrong():
    corpus = ConversingBase(conversations=1.0, sft=SFT).corpus(FAMILIES)
    for number, (prompt, _) in enumerate(islice(corpus.examples(0), 200)):
        text = load_tokenizer("tiny").decode(prompt)
        said = text.partition("<answer>")[2].partition("</answer>")[0]
        assert said != corpus.document(number).problem.answer


def test_it_is_described_and_checked():
    assert "30% are second answers" in ConversingBase(sft=SFT).describe(FAMILIES)
    with pytest.raises(ConfigError, match=r"base\.conversations must be at most 1"):
        ConversingBase(conversations=1.5)
