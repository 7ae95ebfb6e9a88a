"""Second solvers and wrong solutions for r1gym/problems/code/stacks.py."""


def next_larger(c, numbers):
    n, out = len(numbers), []
    for i, value in enumerate(numbers):
        last = i + n if c.CIRCULAR else n
        found = c.NOTHING
        for j in range(i + 1, min(last, i + c.REACH + 1)):
            other = numbers[j % n]
            if (other - value if c.SIGN == 1 else value - other) >= c.MARGIN:
                found = other if c.ASK == "value" else j - i
                break
        out.append(found)
    return out


def elimination(c, n):
    up = {i: i % n + 1 for i in range(1, n + 1)}
    down = {above: i for i, above in up.items()}
    here, goal, onward, back = (c.START - 1) % n + 1, c.STEP, up, down
    while len(up) > c.KEPT:
        for _ in range(goal - 1):
            here = onward[here]
        before, after = down.pop(here), up.pop(here)
        up[before], down[after] = after, before
        if c.FLIPS:
            onward, back = back, onward
        here = after if onward is up else before
        goal += c.GROWTH
    return sorted(up)


def stack_machine(c, text):
    program = [row.split() for row in text.splitlines() if row.strip()]
    out = []

    def run(line, stack, fuel):
        """A stack as a nested pair (top, rest), its size beside it."""
        pile, size = stack
        if line >= len(program) or fuel == 0:
            return None, stack
        name, *words = program[line]
        need = {"push": 0, "print": 1, "drop": 1, "dup": 1, "jump": 1}.get(name, 2)
        if size < need:
            out.append("error")
            return (None if c.STOPS else line + 1), stack
        if name == "push":
            return line + 1, ((int(words[0]) % c.MODULUS, pile), size + 1)
        top, below = pile
        if name == "print":
            out.append(top)
            return line + 1, stack
        if name == "drop":
            return line + 1, (below, size - 1)
        if name == "dup":
            return line + 1, ((top, pile), size + 1)
        if name == "jump":
            return (int(words[0]) - 1 if top else line + 1), (below, size - 1)
        second, rest = below
        if name == "swap":
            return line + 1, ((second, (top, rest)), size)
        value = {"add": second + top, "sub": second - top}.get(name, c.A * second + c.B * top)
        return line + 1, ((value % c.MODULUS, rest), size - 1)

    line, stack, fuel = 0, (None, 0), c.FUEL
    while line is not None:
        line, stack = run(line, stack, fuel)
        stack = (stack[0], min(stack[1], c.ROOM))
        fuel -= 1
    return "\n".join(map(str, [*out, stack[1]]))


WRONG = {
    "next_larger": [
        (">= MARGIN", "> MARGIN"),
        ("v * SIGN", "v", 1, {"SIGN": -1}),
        ("[NOTHING] * n", "[-7] * n"),
        ("if CIRCULAR", "if False", 2),
        ("<= REACH", "< REACH", 3),
    ],
    "elimination": [
        ("step - 1", "step"),
        ("START - 1", "START"),
        ("> KEPT", ">= KEPT"),
        ("step += GROWTH", "pass", 2),
        ("if FLIPS", "if False", 3),
    ],
    "stack_machine": [
        ('"sub": a - b', '"sub": b - a'),
        ("A * a + B * b", "B * a + A * b"),
        ("int(more[0]) % MODULUS", "int(more[0])"),
        ("if STOPS", "if not STOPS"),
        ("> ROOM", ">= ROOM", 2),
        ("stack.pop() != 0", "stack.pop() == 0", 3),
    ],
}
