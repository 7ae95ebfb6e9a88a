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
