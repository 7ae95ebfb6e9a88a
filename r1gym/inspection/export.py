"""A finished run's model as a folder of its own, to use, to give away or to put on the hub."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from r1gym.core.checks import check_one_of
from r1gym.core.errors import ConfigError, RunError
from r1gym.core.files import whole_folder, write_text
from r1gym.evaluation.results import stored_results
from r1gym.evaluation.runner import EvalConfig
from r1gym.models.card import model_card
from r1gym.models.checkpoint import load_full_weights
from r1gym.models.policy import DTYPES, load_policy, save_policy
from r1gym.recipes.run_view import load_run


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        folder: The model's folder.
        model: The checkpoint that it is.
        address: Where it lies on the hub; empty if it was not put there.
    """

    folder: Path
    model: Path
    address: str = ""


def export(run: Path, folder: Path, dtype: str = "", push_to_hub: str = "") -> Exported:
    """Writes a run's model as a clean folder: weights, configuration, tokenizer and a card.

    Args:
        run: The run's folder, or that of a stage.
        folder: Where to write; it must be new, or empty.
        dtype: The type of the weights, ``"float32"`` or ``"bfloat16"``; empty for the model's own.
        push_to_hub: The hub id to upload it to as well, as a private repository if it is new.

    Raises:
        RunError: If the folder holds no run or the run no model yet; or the upload fails.
        ConfigError: If there is something in `folder`, or a value is not allowed.
    """
    if dtype:
        check_one_of("dtype", dtype, DTYPES)
    if push_to_hub and push_to_hub.count("/") != 1:
        raise ConfigError(f"push_to_hub must be OWNER/NAME, not {push_to_hub!r}.")
    folder = folder.expanduser()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"There is something in {folder} already: give another folder.")
    view = load_run(run)
    place, step = view.model()
    policy = load_policy(place)
    if dtype and DTYPES[dtype] != policy.saved_dtype:
        load_full_weights(Path(place), policy)
        policy = replace(policy, saved_dtype=DTYPES[dtype])
    home = Path(place).parent.parent if Path(place).name.startswith("step-") else run
    card = model_card(home, step, view.start(), stored_results(home))
    with whole_folder(folder) as draft:
        save_policy(policy, draft)
        say_how_to_sample(draft / "generation_config.json", view.config.eval)
        write_text(draft / "README.md", card)
    address = _push(folder, push_to_hub) if push_to_hub else ""
    return Exported(folder, Path(place), address)


def say_how_to_sample(path: Path, how: EvalConfig) -> None:
    """Lets others sample as the run's evaluation did, if the base model came without a way.

    `transformers serve` is greedy at any temperature unless this file says otherwise.
    """
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if how.temperature > 0 and not {"do_sample", "temperature", "top_p"} & known.keys():
        sampled = {"do_sample": True, "temperature": how.temperature, "top_p": how.top_p}
        write_text(path, json.dumps(known | sampled, indent=2) + "\n")


def _push(folder: Path, name: str) -> str:
    """Uploads a folder. Returns its address."""
    from huggingface_hub import HfApi

    try:
        hub = HfApi()
        address = hub.create_repo(name, exist_ok=True, private=True)
        hub.upload_folder(repo_id=name, folder_path=folder)
    except Exception as error:  # whatever the HTTP library raises
        why = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise RunError(
            f"{folder} is written, but could not be uploaded to {name!r} ({why}): log in with "
            f"`hf auth login`, then `hf upload {name} {folder}`."
        ) from error
    return str(address)
