import pytest
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    Phi3Config,
    Phi3ForCausalLM,
)

from r1gym.agents.grpo import GRPO, GRPOConfig
from r1gym.agents.language_model import Sampled
from r1gym.core.errors import ConfigError
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.evaluation.runner import EvalConfig, evaluate
from r1gym.models.fit import check_fit, check_same_outputs, check_same_tokens, context_length
from r1gym.models.policy import Policy, load_policy, new_tiny_policy, save_policy
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling

TINY = load_tokenizer("tiny")
SIZES = {
    "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1,
    "num_attention_heads": 2, "num_key_value_heads": 1,
}  # fmt: skip


def learned_positions(context):
    config = GPT2Config(
        vocab_size=TINY.vocab_size, n_embd=16, n_layer=1, n_head=2, n_positions=context,
        bos_token_id=None, eos_token_id=1,
    )  # fmt: skip
    return Policy(GPT2LMHeadModel(config).eval(), TINY)


def rotary_positions(context, **options):
    config = LlamaConfig(vocab_size=107, max_position_embeddings=context, **SIZES, **options)
    return Policy(LlamaForCausalLM(config).eval(), TINY)


def plain(context):
    return new_tiny_policy(16, 1, 2, 16, context, seed=0)


@pytest.mark.parametrize("make", [learned_positions, rotary_positions, plain])
def test_a_context_that_is_too_short_is_refused_at_every_door(make):
    task = TokenTask(TaskSpec(problems={"arithmetic": [1]}, max_tokens=28))
    policy = make(32)  # the prompt alone fits
    config = GRPOConfig(steps=1, questions=2, group_size=2, max_tokens=28)
    doors = (
        lambda: GRPO(policy, task, config),
        lambda: Sampled(task, model=policy),
        lambda: evaluate(EmbeddedEngine(policy), task, EvalConfig(questions=2)),
        lambda: EmbeddedEngine(policy).generate([[9], [9] * 13], 1, Sampling(20), 0),
    )
    for door in doors:
        with pytest.raises(ConfigError, match="the model's context is 32: lower max_tokens") as e:
            door()
        assert "\n" not in str(e.value)
    check_fit(make(64), task)
    EmbeddedEngine(policy).generate([[9] * 12], 1, Sampling(20), 0)


def test_all_prompts_of_a_file_are_looked_at(tmp_path):
    lines = ['{"problem": "1+1", "answer": "2"}'] * 300
    lines[271] = '{"problem": "%s", "answer": "2"}' % ("1+" * 60 + "1")
    (tmp_path / "p.jsonl").write_text("\n".join(lines), "utf-8")
    task = TokenTask(TaskSpec(problems=str(tmp_path / "p.jsonl"), split="all", max_tokens=8))
    with pytest.raises(ConfigError, match="shorten the prompts"):
        check_fit(plain(100), task)
    check_fit(plain(160), task)


def test_a_wide_window_asks_for_no_more_than_the_prompts_need():
    check_fit(
        plain(64), TokenTask(TaskSpec(problems={"arithmetic": [1]}, max_tokens=20, window=5000))
    )


@pytest.mark.parametrize("rows", [40, 106])
def test_a_vocabulary_that_is_too_small_is_refused(rows, tmp_path):
    policy = Policy(LlamaForCausalLM(LlamaConfig(vocab_size=rows, **SIZES)).eval(), TINY)
    with pytest.raises(ConfigError, match=f"knows {rows} tokens and its tokenizer 107"):
        GRPO(policy, "r1/Math-v0")
    save_policy(policy, tmp_path)
    with pytest.raises(ConfigError, match=f"token {rows} would have no embedding") as caught:
        load_policy(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_positions_that_depend_on_the_length_hold_up_to_where_they_are_fixed():
    dynamic = {"rope_type": "dynamic", "factor": 4.0, "rope_theta": 1e4}
    assert context_length(rotary_positions(64, rope_parameters=dynamic).model) == 64
    # LongRoPE turns every token of a longer text in another way.
    rope = {
        "rope_type": "longrope", "rope_theta": 1e4,
        "long_factor": [2.0] * 4, "short_factor": [1.0] * 4,
    }  # fmt: skip
    config = Phi3Config(
        vocab_size=107, pad_token_id=0, max_position_embeddings=512,
        original_max_position_embeddings=128, rope_parameters=rope, **SIZES,
    )  # fmt: skip
    assert context_length(Phi3ForCausalLM(config)) == 128


@pytest.mark.parametrize("wrong", ["gpt2", "a model", None])
def test_what_is_no_policy_is_refused_with_what_to_do(wrong):
    wrong = learned_positions(64).model if wrong == "a model" else wrong
    with pytest.raises(ConfigError, match=r"GRPO trains a Policy.*load_policy") as caught:
        GRPO(wrong, "r1/Math-v0")
    assert "\n" not in str(caught.value)


def test_what_is_no_environment_is_refused():
    with pytest.raises(ConfigError, match="needs an environment"):
        GRPO(plain(128), 5)


class Texts:
    """A tokenizer by its texts."""

    default_template = "short"

    def __init__(self, texts, ends=(1,), pad=0, name="other"):
        self.texts, self.name, self.vocab_size = texts, name, len(texts)
        self.end_ids, self.eos_id, self.pad_id = tuple(ends), ends[0], pad

    def encode(self, text, special=False):
        return [self.texts.index(text)]

    def decode(self, ids):
        hidden = {*self.end_ids, self.pad_id}
        return "".join(self.texts[i] for i in ids if i not in hidden)


@pytest.mark.parametrize(
    ("teacher", "message"),
    [
        (Texts(["", "", "a", "b", "c"]), "they have 4 and 5 tokens"),
        (Texts(["", "", "a", "c"]), "the token 3 is 'b' and 'c'"),
        (Texts(["", "", "b", "a"]), "the token 2 is 'a' and 'b'"),
        (Texts(["", "", "a", "b"], ends=(3,)), r"completions end at the tokens \[1\] and \[3\]"),
        (Texts(["", "", "a", "b"], ends=(1, 3)), r"end at the tokens \[1\] and \[1, 3\]"),
    ],
)
def test_a_teacher_of_other_tokens_is_refused(teacher, message):
    student = Texts(["", "", "a", "b"], name="mine")
    with pytest.raises(
        ConfigError, match=f"'mine' and the teacher's 'other' differ.*{message}"
    ) as e:
        check_same_tokens(student, teacher)
    assert "\n" not in str(e.value)


def test_the_same_tokens_under_another_name():
    student = Texts(["", "", "a", "b"], name="mine")
    check_same_tokens(student, Texts(["", "", "a", "b"]))
    check_same_tokens(student, Texts(["", "", "a", "b"], pad=1))  # padding is never written
    check_same_tokens(TINY, TINY)


def test_the_tiny_tokenizer_and_its_copy_in_hugging_faces_form(tmp_path):
    policy = plain(64)
    del policy.model.config.r1gym_tokenizer
    save_policy(policy, tmp_path)
    copy = load_policy(str(tmp_path)).tokenizer
    assert copy.name == str(tmp_path)
    check_same_tokens(TINY, copy)
    check_same_tokens(copy, TINY)


def test_outputs_that_one_lacks_are_refused():
    wide = rotary_positions(64)
    wide.model.resize_token_embeddings(112)
    check_same_outputs(plain(64), rotary_positions(64))
    with pytest.raises(ConfigError, match="has 107 outputs and the teacher 112: load both by"):
        check_same_outputs(plain(64), wide)
