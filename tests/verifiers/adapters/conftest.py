"""TRL's own trainer, small enough for tests."""

import pytest


@pytest.fixture
def train(tmp_path):
    """Trains a tiny model for two steps with TRL's GRPOTrainer. Returns the trainer."""
    pytest.importorskip("trl")
    from transformers import AutoTokenizer
    from trl import GRPOConfig, GRPOTrainer

    from r1gym.models.policy import new_tiny_policy, save_policy

    save_policy(new_tiny_policy(32, 1, 2, 48, 128, seed=0), tmp_path / "model")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "model")

    def train(functions, data, watch=lambda trainer: None, **settings):
        config = GRPOConfig(
            output_dir=str(tmp_path / "out"),
            max_steps=2,
            shuffle_dataset=False,
            use_cpu=True,
            bf16=False,
            activation_checkpointing=False,
            model_init_kwargs={"dtype": "float32"},
            dataloader_pin_memory=False,
            disable_tqdm=True,
            logging_steps=1,
            save_strategy="no",
            report_to="none",
            **settings,
        )
        trainer = GRPOTrainer(
            model=str(tmp_path / "model"),
            reward_funcs=list(functions),
            args=config,
            train_dataset=data,
            processing_class=tokenizer,
        )
        watch(trainer)
        trainer.train()
        return trainer

    train.tokenizer = tokenizer
    return train
