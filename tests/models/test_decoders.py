import pytest
import torch

from r1gym.models.decoders import HubDecoder, LlamaDecoder, make_decoder
from tests.agents.tolerance import assert_same_sums, forward_additions
from tests.models.test_packing import sharp
from tests.policies import in_bfloat16

PROMPTS = [[7, 30, 31, 8], [7, 12, 13, 14, 15, 40, 41, 8], [9]]
GROUP = 2


def full_logits(model, sequence):
    with torch.no_grad():
        return model(torch.tensor([sequence]), use_cache=False).logits[0, -1]


@pytest.mark.parametrize("kind", [HubDecoder, LlamaDecoder])
@pytest.mark.parametrize("name", ["embedded", "llama", "llama_rope_linear", "llama_rope_yarn"])
def test_every_step_equals_a_full_forward_pass_while_rows_leave(llama, kind, name):
    model = llama.model if name == "embedded" else sharp(name)
    decoder = LlamaDecoder(model) if kind is LlamaDecoder else HubDecoder(model, 0)
    generator = torch.Generator().manual_seed(0)
    with torch.inference_mode():
        logits = decoder.prefill(PROMPTS, GROUP, max_tokens=12)
        rows = [list(prompt) for prompt in PROMPTS for _ in range(GROUP)]
        for step in range(12):
            expected = torch.stack([full_logits(model, row) for row in rows])
            assert_same_sums(logits, expected, forward_additions(model.config, 20))
            if step in (3, 7):  # the first, then one in the middle and the last
                keep = torch.tensor([1, 2, 3, 4, 5] if step == 3 else [0, 1, 3])
                decoder.keep(keep)
                rows = [rows[i] for i in keep.tolist()]
            tokens = torch.randint(3, 100, (len(rows),), generator=generator)
            for row, token in zip(rows, tokens.tolist(), strict=True):
                row.append(token)
            logits = decoder.step(tokens)


def test_grouped_query_attention_equals_full_forward_passes(qwen):
    decoder = make_decoder(qwen.model, 0)
    assert isinstance(decoder, HubDecoder)
    with torch.inference_mode():
        logits = decoder.prefill(PROMPTS, 1, max_tokens=4)
        rows = [list(prompt) for prompt in PROMPTS]
        for token in (20, 30, 40, 50):
            expected = torch.stack([full_logits(qwen.model, row) for row in rows])
            assert_same_sums(logits, expected, forward_additions(qwen.model.config, 20))
            rows = [[*row, token] for row in rows]
            logits = decoder.step(torch.full((len(rows),), token))


def test_the_fast_decoder_is_taken_only_where_it_computes_the_same(llama):
    assert isinstance(make_decoder(llama.model, 0), LlamaDecoder)
    assert isinstance(make_decoder(in_bfloat16(llama).model, 0), HubDecoder)
    assert isinstance(make_decoder(sharp("llama"), 0), LlamaDecoder)  # grouped queries
    for other in (llama.model.double(), sharp("llama_rope_dynamic"), sharp("mistral")):
        assert isinstance(make_decoder(other, 0), HubDecoder)
