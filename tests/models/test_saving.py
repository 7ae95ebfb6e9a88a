"""What is written is loaded by `AutoModel` and `AutoTokenizer`, with all that belongs to it."""

import json

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig

from r1gym.models.policy import load_policy, save_policy
from tests.envs.test_chat import PLAIN, save


def test_a_chat_model_is_whole_again_after_saving_twice(tmp_path):
    from transformers import LlamaConfig, LlamaForCausalLM

    home, first, second = (tmp_path / name for name in ("home", "first", "second"))
    home.mkdir()
    ours, theirs = save(home, PLAIN)
    config = LlamaConfig(
        vocab_size=ours.vocab_size, hidden_size=16, intermediate_size=24, num_hidden_layers=1,
        num_attention_heads=2, max_position_embeddings=64, eos_token_id=ours.eos_id,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(home)
    generation = {"eos_token_id": [4, 2], "temperature": 0.6, "do_sample": False}
    (home / "generation_config.json").write_text(json.dumps(generation))
    save_policy(load_policy(str(home)), first)
    save_policy(load_policy(str(first)), second)
    for folder in (first, second):
        again = AutoTokenizer.from_pretrained(folder)
        asked = [{"role": "user", "content": "1 + 1"}]
        assert again.chat_template == PLAIN
        assert (
            again.apply_chat_template(asked)["input_ids"]
            == (theirs.apply_chat_template(asked)["input_ids"])
        )
        assert GenerationConfig.from_pretrained(folder).eos_token_id == [4, 2]
        assert load_policy(str(folder)).tokenizer.end_ids == (4, 2)
        model = AutoModelForCausalLM.from_pretrained(folder)
        ids = torch.tensor([again("ab")["input_ids"]])
        assert torch.equal(model(ids).logits, load_policy(str(home)).model(ids).logits)
