"""One row of each benchmark, with its published columns."""

ROWS = {
    "aime": {"id": 60, "problem": "Find $m+n$.", "answer": "204", "year": "2024"},
    "math500": {
        "problem": "What is $\\frac{1}{2}+\\frac{1}{3}$?", "solution": "...",
        "answer": "\\frac{5}{6}", "subject": "Prealgebra", "level": 2, "unique_id": "test/x/1.json",
    },
    "gsm8k": {"question": "Tom has 3 apples. How many?", "answer": "He has <<3=3>>3.\n#### 1,003"},
    "gpqa": {
        "Question": "Which gas is the lightest?\n", "Correct Answer": "Hydrogen ",
        "Incorrect Answer 1": "Helium", "Incorrect Answer 2": "Neon", "Incorrect Answer 3": "Argon",
        "Record ID": "rec1", "Subdomain": "Chemistry",
    },
    "countdown": {"nums": [44, 19, 35], "target": 98},
}  # fmt: skip
