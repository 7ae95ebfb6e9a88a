"""Prompts in a tokenizer's chat template have the ids that `transformers` gives them."""

import json
import pickle

import gymnasium as gym
import pytest

import r1gym  # noqa: F401
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem, Score, Trajectory, Turn, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.envs.templates import encode_prompt, encode_turn, load_template
from r1gym.envs.tokenizers import load_tokenizer

tokenizers = pytest.importorskip("tokenizers")
transformers = pytest.importorskip("transformers")

SPECIAL = ["<unk>", "<bos>", "<|end|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"]
PLAIN = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
TEMPLATES = {
    "plain": PLAIN,
    "with a beginning": "{{ bos_token }}" + PLAIN,
    "opens the thinking": PLAIN.replace("assistant\n{%", "assistant\n<think>\n{%"),
    "a system text of its own": (
        "{%- if messages[0].role != 'system' %}\n"
        "    {{- '<|im_start|>system\nYou are kind.<|im_end|>\n' }}\n{%- endif %}\n" + PLAIN
    ),
    "trims": PLAIN.replace("m.content", "m['content'] | trim"),
    "helpers": (
        "{%- set ns = namespace(n=0) -%}{% for m in messages %}{% if m.role == 'tool' %}"
        "{% continue %}{% endif %}{% set ns.n = ns.n + 1 %}<|im_start|>{{ ns.n }} {{ m.role }} "
        "{{ {'<': m.content, 'tools': tools} | tojson }}<|im_end|>\n{% endfor %}"
        "{{ strftime_now('%Y') }}{% generation %}{{ eos_token }}{% endgeneration %}<|im_start|>"
    ),
    "forgets the thinking": (
        "{% for m in messages %}{% set said = m.content.split('</think>')[-1] %}<|im_start|>"
        "{{ m.role }}\n{% if m.role == 'assistant' and loop.last %}<think>\n\n</think>\n\n"
        "{% endif %}{{ said }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n<think>\n{% endif %}"
    ),
}
QUESTIONS = ["7 + 5 = ?", "  two\n\nlines \n", "a <|im_end|> b", "what is {x}? 数 é", "</think>"]
USER, SYSTEM = {"role": "user"}, {"role": "system", "content": "You calculate."}


def save(folder, template=None, config=None, specials=("<bos>", "<|im_end|>")):
    """Saves a tokenizer of bytes with special tokens, as a chat model's folder has it."""
    letters = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {text: i for i, text in enumerate([*SPECIAL, *letters])}
    made = tokenizers.Tokenizer(tokenizers.models.BPE(vocabulary, [], unk_token="<unk>"))
    made.add_special_tokens(SPECIAL)
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    made.post_processor = tokenizers.processors.TemplateProcessing(
        single="<bos> $A", special_tokens=[("<bos>", 1)]
    )
    made.save(str(folder / "tokenizer.json"))
    bos, eos = specials
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": bos, "eos_token": eos}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings | (config or {})), "utf-8")
    if template is not None:
        (folder / "chat_template.jinja").write_text(template, "utf-8")
    return load_tokenizer(str(folder)), transformers.AutoTokenizer.from_pretrained(folder)


def their_ids(tokenizer, messages):
    return tokenizer.apply_chat_template(messages, add_generation_prompt=True)["input_ids"]


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_prompt_has_the_ids_that_transformers_gives_it(tmp_path, kind):
    ours, theirs = save(tmp_path, TEMPLATES[kind])
    for name, before, said in (
        ("chat", [], "{}"),
        ("chat:You calculate.", [SYSTEM], "{}"),
        ("chat: Solve {question}\nBox it.", [], "Solve {}\nBox it."),
    ):
        template = load_template(name, ours)
        for question in QUESTIONS:
            messages = [*before, USER | {"content": said.format(question)}]
            assert encode_prompt(ours, template, question) == their_ids(theirs, messages)


@pytest.mark.parametrize(
    "written",
    [
        {"chat_template": PLAIN},
        {
            "chat_template": [
                {"name": n, "template": t} for n, t in (("tool", ""), ("default", PLAIN))
            ]
        },
    ],
)
def test_a_chat_template_is_found_in_either_place_and_the_file_counts_first(tmp_path, written):
    ours, theirs = save(tmp_path, config=written)
    asked = [USER | {"content": "1"}]
    assert encode_prompt(ours, load_template(None, ours), "1") == their_ids(theirs, asked)
    load_tokenizer.cache_clear()
    ours, theirs = save(tmp_path, TEMPLATES["opens the thinking"], config=written)
    assert load_template(None, ours).endswith("<think>\n")
    assert encode_prompt(ours, load_template(None, ours), "1") == their_ids(theirs, asked)


def test_it_is_the_default_where_there_is_one(tmp_path):
    ours, _ = save(tmp_path, PLAIN)
    assert load_template(None, ours) == load_template("chat", ours)
    load_tokenizer.cache_clear()
    (tmp_path / "chat_template.jinja").unlink()
    base = load_tokenizer(str(tmp_path))
    assert load_template(None, base) == load_template("r1")
    with pytest.raises(ConfigError, match=r"no chat template.*--template r1"):
        load_template("chat", base)
    with pytest.raises(ConfigError, match="'tiny' has no chat template"):
        load_template("chat: Be brief.", load_tokenizer("tiny"))
    assert load_template(None, load_tokenizer("tiny")) == load_template("short")


@pytest.mark.parametrize(
    ("source", "name", "says"),
    [
        (
            "{% if messages[0].role == 'system' %}{{ raise_exception('No system role') }}"
            "{% endif %}" + PLAIN,
            "chat: Be brief.",
            r"\(system, user\): No system role. Leave the system text out",
        ),
        ("{{ messages[0].content.__class__.mro() }}", "chat", "unsafe"),
        ("{% for %}", "chat", "--template r1"),
        ("{{ nowhere.at_all }}", "chat", "undefined"),
        ("Hello.", "chat", "0 times and not once"),
        ("{{ messages[0].content * 2 }}", "chat", "2 times and not once"),
        (PLAIN, "chat: {question} {question}", "exactly once"),
    ],
)
def test_what_a_chat_template_does_not_take_is_one_line(tmp_path, source, name, says):
    ours, _ = save(tmp_path, source)
    with pytest.raises(ConfigError, match=says) as caught:
        load_template(name, ours)
    assert "\n" not in str(caught.value)


def test_where_no_model_is_known_the_line_says_what_to_give():
    with pytest.raises(ConfigError, match="no model is known here"):
        load_template("chat")
    with pytest.raises(UnknownNameError, match="Did you mean 'chat'"):
        load_template("chta")


def test_a_template_that_opens_the_thinking_is_known_to_the_rewards(tmp_path):
    save(tmp_path, TEMPLATES["opens the thinking"])
    spec = TaskSpec(problems={"arithmetic": [1]}, tokenizer=str(tmp_path))
    task, problem = TokenTask(spec), Problem("p", "6*7?", "42")
    assert task.reward.opening == "<think>"
    assert task.score(problem, "So 42.</think><answer>42</answer>").value == 1.1
    for never_closed in ("<answer>42</answer>", "It is \\boxed{42}.", "The answer is 42."):
        assert task.score(problem, never_closed).value == 0
    assert task.score(problem, Completion("The answer is 42.", truncated=True)).value == 0
    copy = pickle.loads(pickle.dumps(task.reward))
    assert copy.opening == "<think>"


def test_a_template_pickles_with_all_that_it_needs(tmp_path):
    ours, _ = save(tmp_path, TEMPLATES["trims"])
    template = load_template("chat: Be brief.", ours)
    copy = pickle.loads(pickle.dumps(template))
    assert copy == template and encode_prompt(ours, copy, " 1 ") == encode_prompt(
        ours, template, "1"
    )


TURNS = ["plain", "with a beginning", "a system text of its own", "trims"]


def converse(tokenizer, template, question, answers, feedback):
    ids = encode_prompt(tokenizer, template, question)
    for answer, more in zip(answers, feedback, strict=True):
        ids += [*tokenizer.encode(answer), tokenizer.eos_id]
        ids += encode_turn(tokenizer, template, more, "", ended=True)[1]
    return ids


@pytest.mark.parametrize("kind", TURNS)
def test_further_turns_have_the_ids_of_the_longer_conversation(tmp_path, kind):
    ours, theirs = save(tmp_path, TEMPLATES[kind])
    messages = [SYSTEM, USER | {"content": "6*7?"}]
    for answer, feedback in (("41", "No."), ("43", "Again,\nplease.")):
        messages += [{"role": "assistant", "content": answer}, USER | {"content": feedback}]
    template = load_template("chat:You calculate.", ours)
    ids = converse(ours, template, "6*7?", ["41", "43"], ["No.", "Again,\nplease."])
    assert ids == their_ids(theirs, messages)


def test_thinking_that_a_template_forgets_stays_and_the_next_turn_opens_its_own(tmp_path):
    ours, _ = save(tmp_path, TEMPLATES["forgets the thinking"])
    text, ids = encode_turn(ours, load_template("chat", ours), "No.", "<think>", ended=True)
    assert text == "<|im_end|>\n<|im_start|>user\nNo.<|im_end|>\n<|im_start|>assistant\n<think>\n"
    assert ids == ours.encode(text)[1:]


def test_an_answer_that_was_cut_off_is_ended_by_the_template(tmp_path):
    ours, _ = save(tmp_path, PLAIN)
    task = TokenTask(
        TaskSpec(problems={"arithmetic": [1]}, tokenizer=str(tmp_path), interaction="try_again")
    )
    problem, wrong = Problem("p", "6*7?", "42"), Score(0.0, Verdict.WRONG)
    prompt = tuple(task.encode_prompt(problem))
    for ids, ends in ((ours.encode("41"), True), ([*ours.encode("41"), ours.eos_id], False)):
        so_far = Trajectory(problem, (Turn("41", tuple(ids)),), prompt)
        answer = task.answer_to(so_far, wrong)
        assert (answer.token_ids[0] == ours.eos_id) is ends
        assert "user\nThe answer is wrong. Try again.<|im_end|>" in answer.text


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (PLAIN.replace("<|im_end|>", "<|end|>"), r"ends an answer with '<\|end\|>"),
        ("{{ messages[-1].content }}", "does not show earlier answers"),
        ("{% for m in messages %}{{ m.content }}{{ loop.length }}{% endfor %}", "in another way"),
        (
            "{% if messages | length > 1 %}{{ raise_exception('One message only') }}{% endif %}"
            + PLAIN,
            "One message only",
        ),
    ],
)
def test_turns_that_a_template_cannot_write_are_refused_before_anything_runs(
    tmp_path, source, says
):
    save(tmp_path, source)
    spec = TaskSpec(problems={"arithmetic": [1]}, tokenizer=str(tmp_path))
    TokenTask(spec)
    with pytest.raises(ConfigError, match=says):
        TokenTask(TaskSpec(**spec.settings(), interaction="try_again"))


def test_both_environments_play_turns_in_a_chat_template(tmp_path):
    ours, theirs = save(tmp_path, TEMPLATES["opens the thinking"])
    env = gym.make(
        "r1/Math-v0", tokenizer=str(tmp_path), interaction="try_again", max_tokens=40
    )  # fmt: skip
    _, info = env.reset(seed=0)
    asked = USER | {"content": env.unwrapped.problem.question}
    assert ours.encode(info["prompt"]) == their_ids(theirs, [asked])
    for token in [*ours.encode("So.</think>x"), ours.eos_id]:
        observation, reward, terminated, _, info = env.step(token)
    assert (reward, terminated) == (0.0, False)
    assert info["feedback"].endswith("<|im_start|>assistant\n<think>\n")
    said = [asked, {"role": "assistant", "content": "<think>\nSo.</think>x"}]
    said.append(USER | {"content": "There is no answer. Try again."})
    assert observation[: observation[-1]].tolist() == their_ids(theirs, said)


def test_special_thinking_tokens_stay_in_the_text_and_ends_do_not(tmp_path):
    ours, theirs = save(tmp_path, PLAIN, {"pad_token": "<|im_end|>"})
    assert (ours.pad_id, ours.eos_id) == (4, 4)
    ids = [5, *ours.encode("6*7"), 6, *ours.encode("42"), 4]
    assert ours.decode(ids) == "<think>6*7</think>42"
    assert theirs.decode(ids) == "<think>6*7</think>42<|im_end|>"


def test_a_tokenizer_without_a_padding_token_needs_none(tmp_path):
    ours, theirs = save(tmp_path, PLAIN)
    assert theirs.pad_token is None and ours.pad_id == ours.eos_id == 4


@pytest.mark.parametrize("text", ["数", "é", "🦙", "a\u0301"])
def test_a_part_of_a_character_is_a_mark_and_the_whole_is_the_text(tmp_path, text):
    ours, _ = save(tmp_path, PLAIN)
    ids = ours.encode(text)
    assert len(ids) == len(text.encode()) and ours.decode(ids) == text
    for cut in range(1, len(text[-1].encode())):
        assert ours.decode(ids[:-cut]).endswith("\N{REPLACEMENT CHARACTER}")
        task = TokenTask(TaskSpec(problems={"arithmetic": [1]}, tokenizer=str(tmp_path)))
        assert task.score(Problem("p", "1?", "1"), ours.decode(ids[:-cut])).value == 0


def test_bytes_where_a_piece_is_missing_give_the_text_again(tmp_path):
    """As Llama 2 and Gemma write what is in no piece."""
    pieces = {"<unk>": 0, "<bos>": 1, "</s>": 2, "▁": 3, "a": 4, "▁a": 5}
    pieces |= {f"<0x{byte:02X}>": 6 + byte for byte in range(256)}
    made = tokenizers.Tokenizer(
        tokenizers.models.BPE(pieces, [("▁", "a")], unk_token="<unk>", byte_fallback=True)
    )
    made.add_special_tokens(["<unk>", "<bos>", "</s>"])
    made.normalizer = tokenizers.normalizers.Replace(" ", "▁")
    made.decoder = tokenizers.decoders.Sequence(
        [
            tokenizers.decoders.Replace("▁", " "),
            tokenizers.decoders.ByteFallback(),
            tokenizers.decoders.Fuse(),
        ]
    )
    made.save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "tokenizer_config.json").write_text('{"eos_token": "</s>"}')
    ours = load_tokenizer(str(tmp_path))
    for text in ("a a", "数 a", "é\n"):
        assert ours.decode(ours.encode(text)) == text
    assert "\N{REPLACEMENT CHARACTER}" in ours.decode(ours.encode("数")[:2])
