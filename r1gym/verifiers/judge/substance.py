"""Responses that state nothing, which no judge need be asked about.

Some judges call right whatever looks like the beginning of an answer (see `probe`). So a text that
only announces one ("Thought process:", "The final answer is"), that has no word at all, or that
repeats the question, is worth nothing whatever the judge would say of it. A text is read as an
announcement if all of its words announce, and none of them is the gold answer's: "the process" may
be an answer. Left out: announcements in other words, which are the judge's to see through.
"""

from __future__ import annotations

import re
import unicodedata

_DRESS = re.compile(r"\\(?:boxed|fbox|text|textbf|mathrm|mathbf)\b|</?[a-zA-Z]+>")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ANNOUNCING = frozenset(
    (
        *("answer", "answers", "solution", "solutions", "result", "response", "conclusion"),
        *("explanation", "reasoning", "reason", "analysis", "thought", "thoughts", "process"),
        *("step", "steps", "solve", "solving", "solved", "think", "thinking", "calculation"),
        *("antwort", "lösung", "respuesta", "solución", "réponse", "resposta", "solução"),
        *("risposta", "soluzione", "ответ", "решение", "解", "解答", "解析", "解法", "答", "答案"),
        *(
            "分析",
            "思考",
            "思考过程",
            "最终答案",
            "かいせつ",
            "解説",
            "回答",
            "こたえ",
            "답",
            "풀이",
        ),
    )
)
_AROUND = frozenset(
    (
        *("the", "is", "are", "was", "an", "my", "our", "your", "here", "here's", "this", "that"),
        *("these", "it", "as", "by", "of", "for", "in", "on", "to", "and", "with", "from", "out"),
        *("let", "let's", "lets", "us", "we", "we'll", "i'll", "me", "you", "will", "can", "need"),
        *("must", "should", "have", "be", "how", "first", "now", "then", "so", "next", "final"),
        *("begin", "start", "find", "get", "give", "work", "through", "about", "at", "careful"),
        *("carefully", "detailed", "complete", "correct", "following", "follows", "below"),
        *("problem", "question", "task", "sure", "okay", "ok", "certainly", "course"),
    )
)


def states_nothing(response: str, question: str, gold: str) -> str | None:
    """Returns why a response is no answer, or None if that is for the judge to say.

    Args:
        response: What the judge would be shown.
        question: The question.
        gold: The gold answer.

    Example:
        >>> states_nothing("Thought process:", "How many days has a week?", "7")
        'it announces an answer and gives none'
        >>> states_nothing("The process", "What is on trial?", "a process")
    """
    plain = _DRESS.sub(" ", response)
    words = _words(plain)
    if not words:
        has_sign = any(unicodedata.category(c) in ("Sm", "Sc", "So") for c in plain)
        return None if has_sign or not _words(gold) else "there is no word and no number in it"
    if words == _words(question) != _words(gold):
        return "it repeats the question"
    announcing = _ANNOUNCING.intersection(words)
    if not announcing or not _AROUND.union(announcing).issuperset(words):
        return None
    known = gold.casefold()
    is_gold = any(word in known for word in announcing)
    return None if is_gold else "it announces an answer and gives none"


def _words(text: str) -> list[str]:
    return [word.replace("’", "'") for word in _WORD.findall(text.casefold())]
