"""Stacks and queues: the next larger number, elimination in a circle, a stack machine."""

from __future__ import annotations

import random

from r1gym.problems.code.inputs import numbers, ordinal
from r1gym.problems.code.spec import Task, code_family


@code_family(
    levels=3,
    call="following(numbers: list[int]) -> list[int]",
    source="""
    def following(numbers):
        n = len(numbers)
        answers = [NOTHING] * n
        signed = [v * SIGN for v in numbers]
        waiting = []
        for j in range(2 * n - 1 if CIRCULAR else n):
            while waiting and signed[j % n] - signed[waiting[-1]] >= MARGIN:
                i = waiting.pop()
                if j - i < n and j - i <= REACH:
                    answers[i] = numbers[j % n] if ASK == "value" else j - i
            if j < n:
                # The smallest on top: it is the first to find a number that is larger by enough.
                place = len(waiting)
                while place and signed[waiting[place - 1]] < signed[j]:
                    place -= 1
                waiting.insert(place, j)
        return answers
    """,
)
def next_larger(rng: random.Random, level: int) -> Task:
    """For every number the next one that is larger by enough."""
    margin, sign, ask = rng.randint(1, 30), rng.choice([1, -1]), rng.choice(["value", "distance"])
    nothing = rng.choice([-1, 0]) if ask == "distance" else rng.choice([-1000, 0, 1000])
    circular, reach = level >= 2, rng.randint(2, 12) if level >= 3 else 10**6
    word = "larger" if sign == 1 else "smaller"
    rule = [
        f"For each number of a list, look for the first number to the right of it that is {word}"
    ]
    rule += [f"by at least {margin}."]
    if circular:
        rule += ["The list is a circle: after its last number, the search goes on with its first"]
        rule += ["one, and it ends before the number where it began."]
    if level >= 3:
        rule += [f"Only the next {reach} numbers are looked at."]
    rule += ["Return a list of"]
    rule += ["the numbers found" if ask == "value" else "how many places further they stand"]
    rule[-1] += f", with {nothing} where there is none."
    statement = " ".join(rule) + "\n\nThe list has from 0 to 100 whole numbers from -99 to 99."
    constants = {
        "MARGIN": margin,
        "SIGN": sign,
        "ASK": ask,
        "NOTHING": nothing,
        "CIRCULAR": circular,
        "REACH": reach,
    }

    def draw(rng: random.Random, size: int) -> list[list[int]]:
        spread = rng.choice([margin, 2 * margin, 99])
        values = numbers(rng, size, -min(spread, 99), min(spread, 99))
        return [sorted(values, reverse=sign > 0) if rng.random() < 0.2 else values]

    m = margin * sign
    edges = [[[]], [[4]], [[0, m]], [[0, m - sign]], [[m, 0]], [[0] * 9], [[0, m, 2 * m, 0, -m]]]
    edges += [[[0, *[-sign] * min(reach - 1, 20), m]], [[0, *[-sign] * min(reach, 20), m]]]
    edges += [[[m, *[5 * sign] * 6, m, 0, -m, 0, m]]]
    return Task(statement, constants, draw, edges, largest=100)


@code_family(
    levels=3,
    call="last_ones(n: int) -> list[int]",
    source="""
    def last_ones(n):
        people, at, step, way = list(range(1, n + 1)), (START - 1) % n, STEP, 1
        while len(people) > KEPT:
            at = (at + way * (step - 1)) % len(people)
            people.pop(at)
            step += GROWTH
            if FLIPS:
                way = -way
            if way < 0:
                at -= 1
        return people
    """,
)
def elimination(rng: random.Random, level: int) -> Task:
    """Who is left when a circle is counted out."""
    step, kept, start = rng.randint(2, 15), rng.randint(1, 4), rng.randint(1, 5)
    growth, flips = rng.randint(1, 5) if level >= 2 else 0, level >= 3
    rule = ["n people, numbered from 1 to n, stand in a circle, in this order. The counting begins"]
    rule += [
        f"with person {start} (after person n comes person 1 again; if n is smaller, {start} is"
    ]
    rule += [
        f"counted off around the circle from person 1 on). The {ordinal(step)} person counted,"
    ]
    rule += ["the one where it begins being the first, leaves the circle, and the counting begins"]
    if flips:
        rule += ["again, in the opposite direction, with the next person still there in that"]
        rule += ["direction; so the direction changes with everyone who leaves, and it is that of"]
        rule += ["rising numbers at first."]
    else:
        rule += ["again with the next person."]
    if growth:
        rule += [f"The number that is counted to grows by {growth} every time."]
    people = "one person is" if kept == 1 else f"{kept} people are"
    rule += [f"When only {people} left, return the list of their numbers in ascending order; if"]
    rule += [f"there are no more than {kept} at first, all are returned."]
    statement = " ".join(rule) + "\n\n1 <= n <= 200."
    constants = {"STEP": step, "START": start, "KEPT": kept, "GROWTH": growth, "FLIPS": flips}

    def draw(rng: random.Random, size: int) -> list[int]:
        return [rng.randint(kept + size // 3, 8 + 3 * size)]

    edges = [[1], [2], [kept], [kept + 1], [kept + 2], [step], [step + 1], [41], [200]]
    return Task(statement, constants, draw, edges)


@code_family(
    levels=3,
    source="""
    def solve(text):
        stack, out = [], []
        lines = text.strip().split("\\n")
        at = steps = 0
        while at < len(lines) and steps < FUEL:
            steps += 1
            command, *more = lines[at].split()
            at += 1
            needed = {"push": 0, "print": 1, "drop": 1, "dup": 1, "jump": 1}.get(command, 2)
            if len(stack) < needed:
                out.append("error")
                if STOPS:
                    break
                continue
            if command == "push":
                stack.append(int(more[0]) % MODULUS)
                if len(stack) > ROOM:
                    stack.pop(0)
            elif command == "print":
                out.append(str(stack[-1]))
            elif command == "drop":
                stack.pop()
            elif command == "dup":
                stack.append(stack[-1])
                if len(stack) > ROOM:
                    stack.pop(0)
            elif command == "jump":
                if stack.pop() != 0:
                    at = int(more[0]) - 1
            elif command == "swap":
                stack[-2:] = stack[:-3:-1]
            else:
                b, a = stack.pop(), stack.pop()
                results = {"add": a + b, "sub": a - b, "mix": A * a + B * b}
                stack.append(results[command] % MODULUS)
        return "\\n".join(out + [str(len(stack))])
    """,
)
def stack_machine(rng: random.Random, level: int) -> Task:
    """Runs programs of a little stack machine."""
    modulus, a, b = rng.randint(20, 200), rng.randint(1, 9), rng.randint(2, 9)
    stops, room = rng.random() < 0.5, rng.randint(3, 5) if level >= 2 else 10**6
    fuel = rng.randint(60, 120) if level >= 3 else 10**6
    rule = ["Run a program for a machine with a stack of numbers, which is empty at first. Each"]
    rule += [
        "line is a command: push v puts v on top; drop removes the top; dup puts a copy of the"
    ]
    rule += [
        "top on top; swap exchanges the two topmost numbers; print prints the top, on a line of"
    ]
    rule += [
        "its own, and leaves it there. The commands add, sub and mix remove the top y and then"
    ]
    rule += [
        f"the number x below it, and put x + y, x - y or {a} * x + {b} * y on top. All numbers"
    ]
    rule += [f"are put on the stack modulo {modulus}, as numbers from 0 to {modulus - 1}."]
    rule += ["If the stack holds too few numbers for a command, the machine prints error"]
    rule += [
        "and stops." if stops else "and goes on with the next command, leaving the stack alone."
    ]
    if level >= 2:
        rule += [
            f"The stack has room for {room} numbers: when one more is put on it, the lowest one"
        ]
        rule += ["is lost."]
    if level >= 3:
        rule += [
            "The command jump n removes the top, and unless it was 0, the program goes on with"
        ]
        rule += [f"line n (the first line is 1). After {fuel} commands, those with an error"]
        rule += ["included, the machine stops."]
    rule += ["In the end, print the number of numbers on the stack."]
    statement = " ".join(rule) + "\n\nThe program has from 1 to 60 lines; 0 <= v <= 999."
    constants = {
        "MODULUS": modulus,
        "A": a,
        "B": b,
        "STOPS": stops,
        "ROOM": room,
        "FUEL": fuel,
    }

    def draw(rng: random.Random, size: int) -> str:
        rows: list[str] = []
        depth = 0
        while len(rows) < size:
            common = ["print", "add", "sub", "mix", "swap", "dup"]
            choice = rng.choice(common) if depth > 1 or rng.random() < 0.04 else "push"
            if rng.random() < 0.1:
                choice = rng.choice(["drop", "push"]) if depth > 2 else "push"
            if level >= 3 and depth and rng.random() < 0.1:
                choice = "jump"
                rows.append(f"jump {rng.randint(1, size)}")
            else:
                rows.append(f"push {rng.randint(0, 999)}" if choice == "push" else choice)
            depth += {"push": 1, "dup": 1, "print": 0, "swap": 0}.get(choice, -1)
        rows[-1] = "print" if rng.random() < 0.7 else rows[-1]
        return "\n".join(rows) + "\n"

    many = "\n".join(f"push {v}" for v in range(1, 9))
    edges = ["print\n", "push 5\n", "push 3\npush 9\nsub\nprint\n", "push 4\nadd\nprint\n"]
    edges += [f"push {modulus}\nprint\n", "push 7\npush 2\nmix\nprint\n", "drop\npush 1\nprint\n"]
    edges += [f"{many}\nadd\nadd\nadd\nadd\nprint\n", "push 1\npush 2\nswap\nprint\ndrop\nprint\n"]
    edges += ["push 6\ndup\ndup\ndup\ndup\ndup\nadd\nprint\n", "push 1\nswap\npush 2\nprint\n"]
    if level >= 3:
        edges += [
            "push 1\nprint\njump 1\n",
            "push 0\njump 1\npush 1\njump 6\nprint\npush 8\nprint\n",
        ]
        edges += ["push 9\npush 1\nsub\ndup\nprint\njump 2\n"]
    return Task(statement, constants, draw, edges)
