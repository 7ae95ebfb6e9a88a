"""Architectures of causal language models at a tiny size, made from their configurations."""

import torch
from transformers import AutoConfig, AutoModelForCausalLM

from r1gym.envs.tokenizers import load_tokenizer

SIZES = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "max_position_embeddings": 128,
}
GPT = {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 128}
MOE = {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 16}
MAMBA = {
    "mamba_d_state": 8, "mamba_d_conv": 4, "mamba_expand": 2, "mamba_n_heads": 8,
    "mamba_d_head": 8, "mamba_n_groups": 1, "mamba_chunk_size": 8,
}  # fmt: skip
LINEAR = {
    "layer_types": ["linear_attention", "full_attention"], "linear_num_key_heads": 2,
    "linear_num_value_heads": 4, "linear_key_head_dim": 8, "linear_value_head_dim": 8,
}  # fmt: skip
MLA = {
    "num_key_value_heads": 4, "kv_lora_rank": 16, "q_lora_rank": 16, "qk_rope_head_dim": 8,
    "qk_nope_head_dim": 8, "v_head_dim": 8, "first_k_dense_replace": 1, "n_routed_experts": 4,
    "num_experts_per_tok": 2, "moe_intermediate_size": 16, "n_group": 1, "topk_group": 1,
}  # fmt: skip
SLIDING = {"sliding_window": 6, "layer_types": ["sliding_attention", "full_attention"]}
TEXT = SIZES | SLIDING
NONE = dict.fromkeys(("vision_config", "audio_config"))

ARCHITECTURES = {
    "llama": ("llama", SIZES),
    "llama_rope_linear": ("llama", SIZES | {"rope_parameters": {
        "rope_type": "linear", "factor": 2.0, "rope_theta": 1e4}}),
    "llama_rope_dynamic": ("llama", SIZES | {"rope_parameters": {
        "rope_type": "dynamic", "factor": 2.0, "rope_theta": 1e4}}),
    "llama_rope_yarn": ("llama", SIZES | {"rope_parameters": {
        "rope_type": "yarn", "factor": 2.0, "rope_theta": 1e4,
        "original_max_position_embeddings": 64}}),
    "llama4_text": ("llama4_text", SIZES | {"intermediate_size_mlp": 48, "num_local_experts": 4,
        "attention_chunk_size": 8, "no_rope_layers": [1, 0]}),
    "qwen2": ("qwen2", SIZES),
    "qwen2_moe": ("qwen2_moe", SIZES | MOE | {"shared_expert_intermediate_size": 16}),
    "qwen3": ("qwen3", SIZES),
    "qwen3_moe": ("qwen3_moe", SIZES | MOE),
    "qwen3_next": ("qwen3_next", SIZES | MOE | LINEAR | {"shared_expert_intermediate_size": 16}),
    "qwen3_5_text": ("qwen3_5_text", SIZES | LINEAR),
    "qwen3_5_moe_text": ("qwen3_5_moe_text",
        SIZES | MOE | LINEAR | {"shared_expert_intermediate_size": 16}),
    "gemma": ("gemma", SIZES),
    "gemma2": ("gemma2", TEXT | {"query_pre_attn_scalar": 8}),
    "gemma3_text": ("gemma3_text", TEXT | {"query_pre_attn_scalar": 8}),
    "gemma3": ("gemma3", {"text_config": TEXT | {"query_pre_attn_scalar": 8}, "vision_config": {
        "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1,
        "num_attention_heads": 2, "image_size": 28, "patch_size": 14}}),
    "gemma3n_text": ("gemma3n_text", TEXT | {"num_kv_shared_layers": 0, "altup_num_inputs": 2,
        "laurel_rank": 4, "hidden_size_per_layer_input": 8, "vocab_size_per_layer_input": 107,
        "activation_sparsity_pattern": [0.0, 0.0], "num_hidden_layers": 2}),
    "gemma4_text": ("gemma4_text", TEXT | {"hidden_size_per_layer_input": 8,
        "vocab_size_per_layer_input": 107, "global_head_dim": 8, "num_kv_shared_layers": 0}),
    "gemma4": ("gemma4", {"text_config": TEXT | {"hidden_size_per_layer_input": 8,
        "vocab_size_per_layer_input": 107, "global_head_dim": 8, "num_kv_shared_layers": 0},
        "vision_config": None, "audio_config": None}),
    "mistral": ("mistral", SIZES | {"sliding_window": 6}),
    "ministral": ("ministral", TEXT),
    "mixtral": ("mixtral", SIZES | {"num_local_experts": 4, "num_experts_per_tok": 2}),
    "phi": ("phi", SIZES),
    "phi3": ("phi3", SIZES | {"pad_token_id": 0}),
    "phimoe": ("phimoe", SIZES | {"num_local_experts": 4, "num_experts_per_tok": 2}),
    "gpt2": ("gpt2", GPT),
    "gpt_neo": ("gpt_neo", {"hidden_size": 32, "num_layers": 2, "num_heads": 4, "window_size": 6,
        "attention_types": [[["global", "local"], 1]], "max_position_embeddings": 128}),
    "gptj": ("gptj", GPT | {"rotary_dim": 4}),
    "gpt_bigcode": ("gpt_bigcode", GPT),
    "codegen": ("codegen", GPT | {"rotary_dim": 4}),
    "gpt_neox": ("gpt_neox", SIZES),
    "openai-gpt": ("openai-gpt", GPT),
    "opt": ("opt", {"hidden_size": 32, "ffn_dim": 48, "num_hidden_layers": 2,
        "num_attention_heads": 4, "max_position_embeddings": 128, "word_embed_proj_dim": 32}),
    "xglm": ("xglm", {"d_model": 32, "ffn_dim": 48, "num_layers": 2, "attention_heads": 4,
        "max_position_embeddings": 128}),
    "biogpt": ("biogpt", SIZES),
    "bloom": ("bloom", {"hidden_size": 32, "n_layer": 2, "n_head": 4}),
    "mpt": ("mpt", {"d_model": 32, "n_layers": 2, "n_heads": 4, "max_seq_len": 128}),
    "falcon": ("falcon", {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}),
    "falcon_alibi": ("falcon", {"hidden_size": 32, "num_hidden_layers": 2,
        "num_attention_heads": 4, "alibi": True}),
    "falcon_h1": ("falcon_h1", SIZES | MAMBA | {"mamba_d_ssm": 64}),
    "minimax": ("minimax", SIZES | {"num_local_experts": 4, "num_experts_per_tok": 2,
        "block_size": 8, "layer_types": ["linear_attention", "full_attention"]}),
    "minimax_m2": ("minimax_m2", SIZES | {"num_local_experts": 4, "num_experts_per_tok": 2}),
    "mamba": ("mamba", {"hidden_size": 32, "num_hidden_layers": 2, "state_size": 8}),
    "falcon_mamba": ("falcon_mamba", {"hidden_size": 32, "num_hidden_layers": 2, "state_size": 8}),
    "mamba2": ("mamba2", {"hidden_size": 32, "num_hidden_layers": 2, "state_size": 8,
        "num_heads": 8, "head_dim": 8, "n_groups": 1, "chunk_size": 8}),
    "jamba": ("jamba", SIZES | MAMBA | {"num_experts": 4, "attn_layer_period": 2,
        "attn_layer_offset": 1, "expert_layer_period": 2, "expert_layer_offset": 1,
        "mamba_dt_rank": 4, "use_mamba_kernels": False}),
    "bamba": ("bamba", SIZES | MAMBA | {"attn_layer_indices": [1]}),
    "granite": ("granite", SIZES),
    "granitemoe": ("granitemoe", SIZES | {"num_local_experts": 4, "num_experts_per_tok": 2}),
    "granitemoehybrid": ("granitemoehybrid", SIZES | MAMBA | {"num_local_experts": 4,
        "num_experts_per_tok": 2, "shared_intermediate_size": 16,
        "layer_types": ["mamba", "attention"]}),
    "nemotron": ("nemotron", SIZES),
    "nemotron_h": ("nemotron_h", SIZES | {"layers_block_type": ["mamba", "attention", "mlp", "moe"],
        "num_hidden_layers": 4, "mamba_num_heads": 8, "mamba_head_dim": 8, "ssm_state_size": 8,
        "n_groups": 1, "chunk_size": 8, "n_routed_experts": 4, "num_experts_per_tok": 2,
        "moe_intermediate_size": 16, "moe_shared_expert_intermediate_size": 16, "n_group": 1,
        "topk_group": 1}),
    "lfm2": ("lfm2", SIZES | {"layer_types": ["conv", "full_attention"]}),
    "lfm2_moe": ("lfm2_moe", SIZES | MOE | {"layer_types": ["conv", "full_attention"],
        "num_dense_layers": 1}),
    "recurrent_gemma": ("recurrent_gemma", SIZES | {"num_hidden_layers": 3, "lru_width": 32,
        "attention_window_size": 64}),
    "rwkv": ("rwkv", {"hidden_size": 32, "attention_hidden_size": 32, "num_hidden_layers": 2,
        "context_length": 128}),
    "zamba2": ("zamba2", SIZES | {"num_key_value_heads": 4, "mamba_d_state": 8, "mamba_ngroups": 1,
        "n_mamba_heads": 8, "mamba_headdim": 8, "chunk_size": 8, "num_hidden_layers": 3,
        "layers_block_type": ["mamba", "mamba", "hybrid"], "hybrid_layer_ids": [2],
        "use_mem_rope": True, "adapter_rank": 4}),
    "olmo_hybrid": ("olmo_hybrid", SIZES | LINEAR),
    "deepseek_v2": ("deepseek_v2", SIZES | MLA | {"topk_method": "greedy"}),
    "deepseek_v3": ("deepseek_v3", SIZES | MLA),
    "olmo2": ("olmo2", SIZES),
    "olmo3": ("olmo3", TEXT),
    "olmoe": ("olmoe", SIZES | {"num_experts": 4, "num_experts_per_tok": 2}),
    "smollm3": ("smollm3", SIZES),
    "stablelm": ("stablelm", SIZES),
    "starcoder2": ("starcoder2", SIZES),
    "cohere": ("cohere", SIZES),
    "cohere2": ("cohere2", TEXT),
    "glm4": ("glm4", SIZES | {"pad_token_id": 0}),
    "ernie4_5": ("ernie4_5", SIZES),
    "gpt_oss": ("gpt_oss", TEXT | {"num_local_experts": 4, "num_experts_per_tok": 2}),
    "exaone4": ("exaone4", TEXT),
    "seed_oss": ("seed_oss", SIZES),
    "persimmon": ("persimmon", SIZES),
    "bert_encoder": ("bert", SIZES),
    "bert_decoder": ("bert", SIZES | {"is_decoder": True}),
    "roberta_encoder": ("roberta", SIZES | {"pad_token_id": 0}),
    "modernbert-decoder": ("modernbert-decoder", SIZES | {"local_attention": 8, "bos_token_id": 1}),
    "electra_encoder": ("electra", SIZES | {"embedding_size": 32}),
    "xlnet": ("xlnet", {"d_model": 32, "n_layer": 2, "n_head": 4, "d_inner": 48}),
    "ctrl": ("ctrl", {"n_embd": 32, "n_layer": 2, "n_head": 4, "dff": 48, "n_positions": 128}),
    "xlm": ("xlm", {"emb_dim": 32, "n_layers": 2, "n_heads": 4, "max_position_embeddings": 128}),
    "bart_decoder": ("bart", {"d_model": 32, "decoder_layers": 2, "decoder_ffn_dim": 48,
        "decoder_attention_heads": 4, "max_position_embeddings": 128}),
    "deepseek_v4": ("deepseek_v4", SIZES),
    "xlstm": ("xlstm", {"hidden_size": 32, "num_hidden_layers": 2, "num_heads": 4}),
    "diffllama": ("diffllama", SIZES),
    "doge": ("doge", SIZES),
    "helium": ("helium", SIZES),
    "bitnet": ("bitnet", SIZES),
    "nanochat": ("nanochat", SIZES),
    "jetmoe": ("jetmoe", SIZES | {"num_local_experts": 4, "kv_channels": 8}),
}  # fmt: skip
"""Model type and sizes by name."""


def make_model(name):
    """Returns an untrained model in the vocabulary of the tiny tokenizer."""
    tokenizer = load_tokenizer("tiny")
    kind, sizes = ARCHITECTURES[name]
    tokens = {
        "vocab_size": tokenizer.vocab_size,
        "bos_token_id": None,
        "eos_token_id": tokenizer.eos_id,
        "pad_token_id": tokenizer.pad_id,
    }
    if "text_config" in sizes:
        sizes = sizes | {"text_config": sizes["text_config"] | tokens}
        del tokens["vocab_size"]
    config = AutoConfig.for_model(kind, **(tokens | sizes))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return AutoModelForCausalLM.from_config(config).eval()
