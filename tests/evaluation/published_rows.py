"""A few rows of each suite's data set with its published columns; the content is made up."""

import json
from pathlib import Path

CODE = Path(__file__).parents[1] / "problems" / "code" / "benchmarks"


def code(name):
    return [json.loads(line) for line in (CODE / f"{name}.jsonl").read_text().splitlines()]


def choice(question, choices, answer, **more):
    return {"question": question, "choices": choices, "answer": answer, **more}


METALS = ["iron", "tin", "lead", "zinc"]
SEAS = ["North Sea", "Black Sea", "Red Sea", "Dead Sea"]

ROWS = {
    "aime24": [
        {"id": n, "problem": f"Find the number of lattice paths, part {n}.", "solution": "...",
         "answer": f"{answer:03d}", "url": "", "year": "2024"}
        for n, answer in ((60, 25), (61, 809), (62, 116))
    ],
    "aime25": [
        {"problem": f"Find the remainder, part {n}.", "answer": answer, "id": str(n)}
        for n, answer in ((0, "70"), (1, "588"), (2, "16"))
    ],
    "cnmo": [
        {"question": f"求第{n}个数。", "answer": answer, "question_type": "fill", "id": n}
        for n, answer in ((1, r"\frac{3}{4}"), (2, "2024"), (3, r"2\sqrt{2}"))
    ],
    "math500": [
        {"problem": f"What is expression {n}?", "solution": "...", "answer": answer,
         "subject": subject, "level": level, "unique_id": f"test/{n}.json"}
        for n, (answer, subject, level) in enumerate(
            ((r"\frac{5}{6}", "Prealgebra", 2), ("x^2+1", "Algebra", 4), ("(0,3)", "Geometry", 5))
        )
    ],
    "gsm8k": [
        {"question": f"Tom has {n} apples and buys as many. How many?",
         "answer": f"He has {n}+{n}=<<{n}+{n}={2 * n}>>{2 * n}.\n#### {2 * n:,}"}
        for n in (3, 700, 12)
    ],
    "gpqa_diamond": [
        {"Question": f"Which gas is meant by {n}?\n", "Correct Answer": f"gas {n}",
         "Incorrect Answer 1": "air", "Incorrect Answer 2": "steam", "Incorrect Answer 3": "smoke",
         "Record ID": f"rec{n}", "Subdomain": "Chemistry", "High-level domain": "Chemistry"}
        for n in range(5)
    ],
    "mmlu": [
        choice(f"Which metal is number {n}?", METALS, n, subject="metallurgy") for n in range(3)
    ],
    "mmlu_redux": [
        choice("Which metal rusts?", METALS, 0, error_type="ok", source="", correct_answer=None,
               potential_reason=None),
        choice("Which sea is the saltiest?", SEAS, 1, error_type="wrong_groundtruth", source="",
               correct_answer="3", potential_reason="salt"),
        choice("Which metal is grey?", METALS, 1, error_type="bad_question_clarity", source="",
               correct_answer=None, potential_reason="all"),
        choice("Which metal is heaviest?", METALS, 2, error_type="ok", source="",
               correct_answer=None, potential_reason=None),
    ],
    "mmlu_pro": [
        {"question_id": n, "question": f"Which sea or metal is number {n}?",
         "options": SEAS + METALS + ["none", "all"], "answer": "ABCDEFGHIJ"[n], "answer_index": n,
         "cot_content": "", "category": "geography", "src": "made up"}
        for n in (9, 4, 0)
    ],
    "c_eval": [
        {"id": n, "question": f"第{n}个城市在哪里？", "A": "东", "B": "南", "C": "西", "D": "北",
         "answer": letter, "explanation": ""}
        for n, letter in enumerate("CAB")
    ],
    "cluewsc": [
        {"idx": n, "text": f"第{n}天，小王把书给了小李，因为他要考试。", "label": label,
         "target": {"span1_text": "小李", "span2_text": "他", "span1_index": 9, "span2_index": 14}}
        for n, label in enumerate((1, 0, 1))
    ],
    "drop": [
        {"section_id": "s", "query_id": "q1", "passage": "The fair had 40 stalls and 2 rides.",
         "question": "How many stalls were there?",
         "answers_spans": {"spans": ["40"], "types": ["number"]}},
        {"section_id": "s", "query_id": "q2", "passage": "Mira beat Tove on the last lap.",
         "question": "Who won?", "answers_spans": {"spans": ["Mira", "Mira"], "types": ["span"]}},
        {"section_id": "s", "query_id": "q3", "passage": "It rained in Bergen and in Voss.",
         "question": "Where did it rain?",
         "answer": {"number": "", "date": {}, "spans": ["Bergen", "Voss"]},
         "validated_answers": {"number": [""], "date": [{}], "spans": [["Voss", "Bergen"]]}},
    ],
    "simpleqa": [
        {"metadata": "{'topic': 'Art'}", "problem": f"Who painted panel {n}?", "answer": who}
        for n, who in enumerate(("Ada Brown", "Lin Wei", "Jo Ek"))
    ],
    "c_simpleqa": [
        {"id": f"c{n}", "primary_category": "自然", "secondary_category": "河流",
         "question": f"第{n}条河叫什么？", "answer": who, "urls": []}
        for n, who in enumerate(("青河", "白河", "沙河"))
    ],
    "frames": [
        {"Unnamed: 0": n, "Prompt": f"Which town hosted both fairs of 19{n}0?", "Answer": town,
         "wikipedia_link_1": "", "reasoning_types": "Multiple constraints", "wiki_links": "[]"}
        for n, town in enumerate(("Ulm", "Visby", "Porto"))
    ],
    "ifeval": [
        {"key": 1, "prompt": "Write about rain. Use no commas.",
         "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]},
        {"key": 2, "prompt": "Write about snow, all in lower case.",
         "instruction_id_list": ["change_case:english_lowercase"],
         "kwargs": [{"num_words": None, "relation": None}]},
    ],
    "livecodebench": code("livecodebench"),
    "humaneval": code("humaneval"),
    "mbpp": code("mbpp"),
    "alpaca_eval": [
        {"instruction": f"Describe hill {n}.", "output": f"Hill {n} is green and steep.",
         "generator": "reference_model", "dataset": "helpful_base"}
        for n in range(3)
    ],
    "arena_hard": [
        {"question_id": f"a{n}", "category": "arena-hard-v0.1", "cluster": "Gardening",
         "turns": [{"content": f"Plan bed {n}."}]}
        for n in range(3)
    ],
}  # fmt: skip
