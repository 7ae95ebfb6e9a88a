"""Second solvers and wrong solutions for r1gym/problems/code/bits.py."""


def bit_scramble(c, words):
    """Works on lists of bits, the highest first."""
    out, last = [], None
    for word in words:
        bits = [int(char) for char in f"{word:0{c.WIDTH}b}"]
        if c.CHAINED and last:
            bits = [(a + b) % 2 for a, b in zip(bits, last, strict=True)]
        for name, number in c.STEPS:
            other = [int(char) for char in f"{number:0{c.WIDTH}b}"]
            if name == "left":
                bits = bits[number:] + bits[:number]
            elif name == "xor":
                bits = [(a + b) % 2 for a, b in zip(bits, other, strict=True)]
            elif name == "add":
                carry, result = 0, []
                for a, b in zip(bits[::-1], other[::-1], strict=True):
                    carry, bit = divmod(a + b + carry, 2)
                    result.append(bit)
                bits = result[::-1]
            elif name == "reverse":
                bits.reverse()
            else:
                shifted = [0] * number + bits[: c.WIDTH - number]
                bits = [(a + b) % 2 for a, b in zip(bits, shifted, strict=True)]
        out.append(sum(bit << i for i, bit in enumerate(reversed(bits))))
        last = bits
    return out


def xor_segments(c, text):
    n, *words = map(int, text.split())
    prefix = [0]
    for word in words:
        prefix.append(prefix[-1] ^ word)
    good = {
        v
        for v in range(64)
        if (
            c.LOW <= v <= c.HIGH
            if c.ONES < 0
            else sum(v >> i & c.MASK >> i & 1 for i in range(6)) == c.ONES
        )
    }
    counts, total = [0] * 64, 0
    for end in range(c.SHORTEST, n + 1):
        counts[prefix[end - c.SHORTEST]] += 1
        if end > c.LONGEST:
            counts[prefix[end - c.LONGEST - 1]] -= 1
        total += sum(counts[prefix[end] ^ v] for v in good)
    return str(total)


WRONG = {
    "bit_scramble": [
        ("for name, number in STEPS", "for name, number in STEPS[::-1]"),
        ("for name, number in STEPS", "for name, number in STEPS[:-1]"),
        ("word ^= last", "pass", 3),
        ("last = word", "last = words[len(out) - 1]", 3),
    ],
    "xor_segments": [
        ("j - i + 1 < SHORTEST", "j - i < SHORTEST"),
        ("range(i, ", "range(i + 1, "),
        ("mixed ^= words[j]", "mixed |= words[j]"),
        ("i + LONGEST", "i + LONGEST - 1", 2),
        ("<= HIGH", "< HIGH", 2, {"ONES": -1}),
        (" & MASK", "", 3),
    ],
}
