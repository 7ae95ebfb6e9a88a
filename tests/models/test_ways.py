import pytest
import torch

from r1gym.models import ways as module
from r1gym.models.batches import make_batches
from r1gym.models.heads import make_critic
from r1gym.models.logprobs import packs, token_logprobs, token_values
from r1gym.models.ways import Ways, find_ways
from tests.models.test_packing import COMPLETIONS, PROMPTS, batch_of, sharp

PACKED = ("llama", "qwen2", "qwen3", "gemma", "gpt2", "mistral", "mixtral", "qwen2_moe")
ANY = Ways(None, True)


@pytest.fixture(autouse=True)
def _nothing_told(monkeypatch):
    monkeypatch.setattr(module, "_told", set())


@pytest.mark.parametrize("name", PACKED)
def test_architectures_that_are_packed_say_nothing(name, capsys):
    model = sharp(name)
    assert find_ways(model) == ANY
    assert packs(model)
    assert capsys.readouterr().out == ""


# A state space model, ALiBi, attention of its own, sinks, a mask of its own.
@pytest.mark.parametrize("name", ["mamba", "bloom", "gptj", "gpt_oss", "doge", "lfm2"])
def test_what_cannot_be_packed_is_padded_and_that_is_said_once(name, capsys):
    for _ in range(2):
        model = sharp(name)
        assert find_ways(model) == Ways(0, True)
        assert not packs(model)
    said = capsys.readouterr().out
    assert said.startswith(f"{type(model).__name__} is trained on padded batches")
    assert said.count("\n") == 1


@pytest.mark.parametrize("name", ["gemma2", "cohere"])
def test_a_head_that_is_more_than_a_linear_map_has_all_logits(name, capsys):
    model = sharp(name)
    assert find_ways(model) == Ways(None, False)
    assert "all logits in memory" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["qwen3", "gemma2", "mamba", "lfm2", "mixtral", "gpt2"])
@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_log_probs_are_those_of_each_row_alone(name, temperature):
    model = sharp(name)
    for batch in make_batches(PROMPTS, COMPLETIONS, 30, 0, torch.device("cpu"), None, packs(model)):
        found = batch.split(token_logprobs(model, batch, temperature).detach())
        for row, values in zip(batch.rows, found, strict=True):
            prompt, completion = PROMPTS[row], COMPLETIONS[row]
            logits = model(torch.tensor([prompt + completion])).logits[0] / temperature
            expected = logits.log_softmax(-1)[len(prompt) - 1 : -1]
            expected = expected[range(len(completion)), completion]
            assert torch.allclose(torch.tensor(values), expected, atol=1e-5 * len(logits[0]) ** 0.5)


def test_a_window_that_no_layer_asked_for_bounds_what_is_packed():
    model = sharp("qwen2")
    model.config.sliding_window = 9  # an attention that has it from a mask, which packing has not
    assert find_ways(model) == Ways(9, True)
    batch = batch_of()
    assert batch.ids.shape[1] > 9
    assert not find_ways(model).packs(batch)
    assert find_ways(sharp("mistral")) == ANY  # here they ask for it


def test_a_critic_is_packed_and_its_one_output_is_no_vocabulary(capsys):
    critic = make_critic(sharp("qwen3"))
    assert find_ways(critic) == Ways(None, False)
    assert capsys.readouterr().out == ""
    torch.nn.init.normal_(critic.get_output_embeddings().weight)
    batch = batch_of()
    found = token_values(critic, batch).detach()
    for place, row in enumerate(batch.rows):
        exact = critic(torch.tensor([PROMPTS[row] + COMPLETIONS[row]])).logits[0, :, 0]
        exact = exact[len(PROMPTS[row]) - 1 : -1]
        assert torch.allclose(found[place][batch.mask[place].bool()], exact, atol=1e-5)


def test_the_head_is_the_model_s_own_again_when_a_pass_fails():
    model = sharp("qwen2")
    with pytest.raises(KeyError), module._head(model, lambda *_: torch.zeros(1)):
        raise KeyError
    assert "forward" not in vars(model.get_output_embeddings())
