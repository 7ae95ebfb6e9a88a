"""Tiny reward models as others publish them: Hugging Face folders with a tokenizer of their own."""

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, PreTrainedTokenizerFast

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
VOCABULARY = {piece: i for i, piece in enumerate([*SPECIAL, *map(chr, range(32, 127))])}
SIZES = {
    "vocab_size": len(VOCABULARY),
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "max_position_embeddings": 128,
    "pad_token_id": 0,
}


def save(folder, model_class, config, chat_template=None, seed=0, **changes):
    """Writes a random model and a tokenizer of characters as a Hugging Face folder."""
    characters = Tokenizer(models.WordLevel(VOCABULARY, unk_token="[UNK]"))
    characters.pre_tokenizer = pre_tokenizers.Split("", behavior="isolated")
    characters.post_processor = processors.TemplateProcessing(
        single="$A", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=characters,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_input_names=["input_ids", "attention_mask"]
        + ["token_type_ids"] * (config is BertConfig),
    )
    tokenizer.chat_template = chat_template
    tokenizer.save_pretrained(folder)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = model_class(config(**{**SIZES, "num_labels": 1, **changes}))
        with torch.no_grad():
            for weight in model.parameters():  # so that texts differ in their scores
                weight.mul_(8 if weight.ndim > 1 else 1)
    model.save_pretrained(folder)
    return str(folder)
