"""The site: pages made from registries say what the registries say, links end somewhere."""

import re
from dataclasses import dataclass, field, fields
from pathlib import Path

import gymnasium as gym
import pytest
import tyro

from r1gym.cli.commands import COMMANDS
from r1gym.cli.parse import option_names

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
    *(p for p in (ROOT / "docs").rglob("*.md") if not {"_build", "generated"} & {*p.parts}),
]


@pytest.fixture(autouse=True)
def _generators(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs")


@pytest.fixture(scope="module")
def made():
    """The generated pages by path, but for those of the commands, whose options need torch."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "docs")
        from _generate import environments, families, notebooks

        modules = (environments, families, notebooks)
        return {name: text for module in modules for name, text in module.pages().items()}


def test_every_id_has_a_page_with_its_spaces_rewards_and_arguments(made):
    from _generate.environments import ids

    assert ids()
    for name in ids():
        text = made[f"environments/{name.removeprefix('r1/').lower()}.md"]
        assert text.startswith(f"# {name}\n")
        assert f"`{name}`: the newest" in text
        for part in gym.spec(name).kwargs.get("rewards", {"accuracy": 1}):
            assert f"| `{part}` |" in text
        for argument in ("max_tokens", "split", "render_mode"):
            assert f"\n`{argument}`\n: " in text


def test_a_page_says_what_gymnasium_says_of_the_spaces(made):
    env = gym.make("r1/Logic-v0")
    text = made["environments/logic-v0.md"]
    assert f"`{env.action_space!r}`" in text
    assert f"{env.observation_space.shape}, int64)`" in text
    for name in ("math-v0", "countdown-v0", "logic-v0"):  # of hundreds of bounds a few are shown
        row = re.search(r"(?m)^\| Observation space \|.*", made[f"environments/{name}.md"])[0]
        assert "Box(0, [106 106 ... 106 " in row and len(row) < 200


def test_five_examples_stand_at_each_level(made):
    for name, levels in (("logic-v0", 3), ("science-v0", 4), ("countdown-v0", 3)):
        parts = made[f"environments/{name}.md"].split("\n### Level ")[1:]
        assert len(parts) == levels
        assert [part.count('<div class="example">') for part in parts] == [5] * levels


def test_examples_of_a_level_are_different_questions_of_different_families():
    from _generate.environments import examples

    found = examples({"arithmetic": [1], "equations": [1, 2]}, 1)
    assert len({problem.question for problem in found}) == 5
    assert {problem.family for problem in found} == {"arithmetic", "equations"}
    assert {problem.family for problem in examples({"arithmetic": [1], "equations": [2]}, 2)} == {
        "equations"
    }


def test_the_gallery_has_every_family_at_every_level(made):
    from _generate.families import groups

    from r1gym.problems.families import FAMILIES

    listed = [name for names in groups().values() for name in names]
    assert sorted(listed) == sorted(FAMILIES.working())
    for group, names in groups().items():
        text = made[f"families/{group}.md"]
        for name in names:
            [section] = re.findall(rf"(?ms)^## {re.escape(name)}$(.*?)(?=^## |\Z)", text)
            levels = FAMILIES.get(name).levels
            assert re.findall(r"\*\*Level (\d+)\*\*", section) == [
                str(n) for n in range(1, levels + 1)
            ]


def test_every_family_says_what_it_asks(made):
    from _generate.examples import asks

    from r1gym.problems.families import FAMILIES, Family

    assert [name for name in FAMILIES.working() if not asks(FAMILIES.get(name))] == []

    def drawing(rng, level):
        """Draws a sum of `level` terms. Returns the question and its answer."""

    def plain(rng, level):
        """Zebra puzzles with one solution.

        Left out.
        """

    assert asks(Family("a", 1, drawing)) == "A sum of `level` terms."
    assert asks(Family("b", 1, plain)) == "Zebra puzzles with one solution."
    assert asks(Family("c", 1, lambda rng, level: ("1", "1"))) == ""
    math = made["families/math.md"]
    assert "\nA chain of `level` operations.\n" in math and "Returns the" not in math
    assert math.splitlines()[2]  # the group says what it is, though its first family has no folder


def test_what_a_judge_looks_for_is_not_called_the_answer(made):
    general, logic = made["families/general.md"], made["families/logic.md"]
    assert ">A good answer<" in general and ">Answer<" not in general
    assert ">Answer<" in logic and ">A good answer<" not in logic


def test_a_page_that_lacks_an_extra_says_so_without_a_path(made):
    text = made["environments/reasoninggym-v0.md"]
    assert 'gym.make("r1/ReasoningGym-v0")' in text and str(ROOT) not in text
    assert "`pip install '.[reasoning-gym]'`" in text or "Action space" in text


def test_short_words_of_code_are_kept_whole_and_columns_are_told_from_lines():
    from _generate.blocks import is_in_columns, keep_words

    block = '<div class="highlight-{}"><pre>r1gym x --a-b <span class="s">c-d</span></pre></div>'
    kept = keep_words(block.format("console notranslate"))
    assert kept.count('<span class="word">') == 2 and '<span class="word">--a-b</span>' in kept
    assert keep_words(block.format("python")) == block.format("python")
    assert re.sub(r'<span class="word">(.*?)</span>', r"\1", kept) == block.format(
        "console notranslate"
    )
    inline = '<code><span class="pre">{}</span></code>'
    assert 'class="pre word"' in keep_words(inline.format("--grpo.kl-in"))
    assert keep_words(inline.format("x" * 31)) == inline.format("x" * 31)
    long = "length_constraints:nth_paragraph_first_word"
    found = keep_words(inline.format(long))
    assert "length_<wbr>constraints:<wbr>nth_<wbr>paragraph_<wbr>first_<wbr>word" in found
    assert keep_words(inline.format("f_k")).count("<wbr>") == 0
    assert keep_words(block.format("bash notranslate")).count('class="word"') == 2
    for text in (
        "\u250f\u2501\u2513\n\u2503a\u2503",
        "model  ok\nvotes  ok",
        "a b  1\nb    22",
        "FAIL  it ends\n" + " " * 9 + "here",
        "one -> two\nthree      four",
    ):
        assert is_in_columns(text), text
    for text in ("one line that is long", "reward 'x' raised\n    KeyError: 'x'", "a  b"):
        assert not is_in_columns(text), text


def test_a_commands_line_has_brackets_round_what_may_be_left_out():
    from _generate.commands import page

    for name, line in (
        ("compare", "r1gym compare FIRST [SECOND] [options]"),
        ("play", "r1gym play [TARGETS ...] [options]"),
        ("report", "r1gym report [RUNS ...]"),
        ("list", "r1gym list"),
    ):
        assert f"```console\n{line}\n```" in page(name), name


def test_every_command_has_a_page_with_every_option():
    from _generate.commands import options_of, pages

    from r1gym.cli.commands import COMMANDS
    from r1gym.cli.parse import option_names

    made = pages()
    assert len(made) == len(COMMANDS) + 1
    for name, command in COMMANDS.items():
        text = made[f"commands/{name.replace(' ', '-')}.md"]
        lacking = [o for o in option_names(options_of(command)) if not re.search(rf"`{o}\b", text)]
        assert lacking == [], name


def test_texts_of_problems_cannot_break_a_page():
    from _generate.examples import as_html, table

    from r1gym import Problem

    html = as_html([Problem("p", "<b>1</b> & ````?", "</details>", "fam<ily")])
    assert "<b>" not in html and "&lt;b&gt;1&lt;/b&gt; &amp;" in html
    assert html.count("</details>") == 0
    assert table(("a",), [("x | y\nz",)]) == "| a |\n| --- |\n| x \\| y z |\n"


def test_a_picture_shows_the_prompt_the_tokens_and_the_reward():
    from _generate.episode import draw

    picture = draw(gym.make("r1/Math-v0", problems={"arithmetic": [1]}))
    assert "User: Compute" in picture and "&lt;answer&gt;" in picture and "reward 1.1" in picture
    unknown = draw(gym.make("r1/General-v0"))
    assert "not graded" in unknown and "reward unknown" in unknown


def anchors(path):
    """Returns the anchors of a page's headings, as GitHub and MyST make them."""
    text = re.sub(r"(?ms)^(`{3,})\w.*?^\1$", "", path.read_text("utf-8"))
    heads = re.findall(r"(?m)^#+ (.*)$", text)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_ends_somewhere(page, made):
    text = re.sub(r"(?ms)^(`{3,})\w.*?^\1$", "", page.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:|mailto:", target):
            continue
        place, _, anchor = target.partition("#")
        path = (page.parent / place).resolve() if place else page
        if path.is_relative_to(ROOT / "docs" / "generated"):
            name = path.relative_to(ROOT / "docs" / "generated").as_posix()
            assert name in {*made, "commands/index.md"}, target
            continue
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), target


def files_of(room):
    """Returns the source files of a room, and its folders with a slash behind."""
    found = [p for p in room.iterdir() if p.name not in ("__init__.py", "__pycache__")]
    return {
        p.name + "/" if p.is_dir() else p.name for p in found if p.is_dir() or p.suffix == ".py"
    }


def test_the_design_page_is_true_to_the_tree():
    text = (ROOT / "docs" / "design.md").read_text("utf-8")
    rooms = dict(re.findall(r"(?m)^\| `(\w+)/` \| (.*) \|$", text.split("## Where to put")[0]))
    table = re.search(r"\| in `verifiers/` \|.*\n((?:\|.*\n)+)", text)[1]
    rooms["verifiers"] = " ".join(row.split("|")[1] for row in table.splitlines())
    here = ROOT / "r1gym"
    assert {*rooms} == {name[:-1] for name in files_of(here) if name.endswith("/")}
    named = {room: set(re.findall(r"`([\w*]+(?:\.py|/))`", rooms[room])) for room in rooms}
    for room, names in named.items():
        assert [name for name in names if not [*(here / room).glob(name)]] == [], room
    for room in ("verifiers", "cli"):  # of which every file is named
        assert files_of(here / room) - named[room] == set(), room
    for place in re.findall(r"`(\w+/[\w/.]+)`", text):
        assert (here / place).exists() or (ROOT / place).exists(), place


def test_the_site_has_every_page_in_a_menu():
    listed = set()
    for page in (ROOT / "docs").rglob("*.md"):
        for block in re.findall(r"(?ms)^```\{toctree\}\n(.*?)^```$", page.read_text("utf-8")):
            for name in re.findall(r"(?m)^([\w/-]+)$", block):
                listed.add((page.parent / name).resolve().with_suffix(".md"))
    pages = [p for p in PAGES if p.is_relative_to(ROOT / "docs") and p.name != "index.md"]
    assert [p.name for p in pages if p.resolve() not in listed] == []


@dataclass(frozen=True)
class _Inner:
    """What the inner ones are for."""

    steps: int = 3
    """How many."""


@dataclass(frozen=True)
class _Typed:
    """A command."""

    place: tyro.conf.Positional[str]
    """Where it is; a text that is so long that the terminal breaks it into lines, each of which
    stands below the one before."""
    inner: _Inner = field(default_factory=_Inner)
    base: bool = False
    """Whether."""
    names: tuple[str, ...] | None = None
    """Which."""


def test_a_commands_page_has_its_words_and_options_as_they_are_typed():
    from _generate.commands import _default, _options, _written

    found = {_written(option): (option.about, _default(option)) for option in _options(_Typed)}
    about = found.pop("`place STR`")
    assert about[0].endswith("lines, each of which stands below the one before.")
    assert found == {
        "`--base`": ("Whether.", "off"),
        "`--names STR ...`": ("Which.", ""),
        "`--inner.steps INT`": ("How many.", "`3`"),
    }


@pytest.mark.parametrize("name", ["audit", "new", "show", "sandbox build"])
def test_no_option_is_left_out(name):
    from _generate.commands import _options, options_of

    kind = options_of(COMMANDS[name])
    options = [option.name for option in _options(kind)]
    assert {*option_names(kind)} == {one for one in options if one.startswith("--")}
    assert len(options) == len(fields(kind)) and all(one.about for one in _options(kind))
