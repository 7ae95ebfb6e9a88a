import pytest

from r1gym.agents.search.protocol import Prefix
from r1gym.agents.search.steps import Cut
from r1gym.agents.search.writers import EngineWriter
from r1gym.core.errors import ConfigError
from r1gym.core.types import Turn
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling
from r1gym.rollout.turns import finished_turn

TINY = load_tokenizer("tiny")


class Scripted:
    """An engine that goes on with a text, from where a prompt stands in it."""

    version = 0

    def __init__(self, text, most_tokens=None):
        self.ids = [*TINY.encode(text), TINY.eos_id]
        self.most_tokens, self.asked = most_tokens, []

    def generate(self, prompts, n, sampling, seed):
        self.asked.append((len(prompts), n, sampling.max_tokens, seed))
        return [[self._turn(prompt, sampling)] * n for prompt in prompts]

    def _turn(self, prompt, sampling) -> Turn:
        rest = self.ids[len(prompt) - 2 :][: sampling.max_tokens]
        return finished_turn(TINY, rest, [-0.5] * len(rest), sampling.stop)


def writer_of(text, most_tokens=None):
    engine = Scripted(text, most_tokens)
    return EngineWriter(engine, TINY), engine


def test_steps_are_written_until_they_end_and_are_joined():
    writer, engine = writer_of("7+5=12\n12+1=13</think><answer>13</answer>")
    prefix = writer.begin("1+")
    texts = []
    while not prefix.ended:
        ((step, same),) = writer.write([prefix], 2, Cut.of("newline"), 48, seed=3)
        assert step == same and step.sampled == len(step.token_ids) == len(step.logprobs)
        prefix += step
        texts.append(step.text)
    assert texts == ["7+5=12\n", "12+1=13</think><answer>13</answer>"]
    completion = writer.completion(prefix)
    assert completion.text == "".join(texts) and not completion.truncated
    assert completion.token_ids == tuple(engine.ids) and len(completion.logprobs) == len(engine.ids)


def test_a_step_reaches_the_limit_and_no_further():
    writer, _ = writer_of("12345678")
    start = writer.begin("1+")
    ((step,),) = writer.write([start], 1, Cut.of("newline"), 4, seed=0)
    assert (step.text, step.ended, step.sampled) == ("1234", False, 4)
    assert writer.completion(start + step).truncated
    # beside a prefix that has more room, what is sampled beyond the limit is dropped, and told
    short = Prefix("1+", start.prompt_ids, (step,))
    (_, (last,)) = writer.write([start, short], 1, Cut.of("newline"), 6, seed=0)
    assert (last.text, last.token_ids, last.sampled) == ("56", tuple(TINY.encode("56")), 5)


def test_steps_of_tokens_ask_for_no_more():
    writer, engine = writer_of("12345678")
    ((step,),) = writer.write([writer.begin("1+")], 1, Cut.of("tokens:3"), 48, seed=0)
    assert step.text == "123" and engine.asked == [(1, 1, 3, 0)]


def test_a_context_that_is_too_short_for_two_ends_a_step_early():
    writer, engine = writer_of("12345678", most_tokens=8)
    start = writer.begin("1+")
    ((step,),) = writer.write([start], 1, Cut.of("tokens:4"), 6, seed=0)
    (_, (last,)) = writer.write([start, start + step], 1, Cut.of("newline"), 6, seed=0)
    assert [asked[2] for asked in engine.asked] == [4, 2] and last.text == "56"


def test_it_samples_as_the_engine_does(llama):
    engine = EmbeddedEngine(llama)
    writer = EngineWriter(engine, llama.tokenizer, temperature=0.0)
    start = writer.begin("Compute 1+2")
    ((step,),) = writer.write([start], 1, Cut.of("tokens:5"), 20, seed=0)
    ((more,),) = writer.write([start + step], 1, Cut.of("tokens:5"), 20, seed=0)
    ((turn,),) = engine.generate([start.prompt_ids], 1, Sampling(10, 0.0), 0)
    assert step.token_ids + more.token_ids == turn.token_ids


def test_nothing_to_write_asks_nobody():
    writer, engine = writer_of("1")
    assert writer.write([], 4, Cut(), 9, 0) == [] and engine.asked == []
    with pytest.raises(ConfigError, match="top_p"):
        EngineWriter(engine, TINY, top_p=0)
