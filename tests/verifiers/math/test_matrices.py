import pytest

from r1gym.verifiers.math import answers_match


@pytest.mark.parametrize(
    ("gold", "answer", "right"),
    [
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\begin{bmatrix}1&2\\3&4\end{bmatrix}", True),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\begin{pmatrix}1&3\\2&4\end{pmatrix}", False),
        (r"\begin{pmatrix}2&4\\6&8\end{pmatrix}", r"2\begin{pmatrix}1&2\\3&4\end{pmatrix}", True),
        ("-2", r"\begin{vmatrix}1&2\\3&4\end{vmatrix}", True),
        ("-2", r"\det\begin{pmatrix}1&2\\3&4\end{pmatrix}", True),
        ("2", r"\begin{vmatrix}1&2\\3&4\end{vmatrix}", False),
        (r"\begin{pmatrix}1\\2\end{pmatrix}", r"\begin{pmatrix}1&2\end{pmatrix}", False),
        (r"\begin{pmatrix}1&2\end{pmatrix}", r"\begin{pmatrix}1&2", False),
    ],
)
def test_matrices_and_determinants(gold, answer, right):
    assert answers_match(gold, answer) is right
