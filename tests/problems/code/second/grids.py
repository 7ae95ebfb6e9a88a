"""Second solvers and wrong solutions for r1gym/problems/code/grids.py."""


def grid_regions(c, text):
    size, *rows = text.split("\n")
    height, width = map(int, size.split())
    cells = [(r, k) for r in range(height) for k in range(width) if rows[r][k] in c.LAND]
    # Labels spread until nothing changes.
    label = {cell: i for i, cell in enumerate(cells)}
    changed = True
    while changed:
        changed = False
        for r, k in cells:
            for dr, dk in c.MOVES:
                near = (r + dr, k + dk)
                if c.WRAPS:
                    near = (near[0] % height, near[1] % width)
                if label.get(near, label[r, k]) < label[r, k]:
                    label[r, k] = label[near]
                    changed = True
    regions = {}
    for cell, number in label.items():
        regions.setdefault(number, []).append(cell)
    sizes = [
        len(region)
        for region in regions.values()
        if len(region) >= c.SMALLEST
        and not (
            c.INNER
            and any(r == 0 or k == 0 or r == height - 1 or k == width - 1 for r, k in region)
        )
    ]
    return f"{len(sizes)} {max([0, *sizes])}"


def cell_world(c, text):
    head, *rows = text.strip().split("\n")
    height, width, steps = map(int, head.split())
    history = [[[char == "#" for char in row] for row in rows]]

    def living(world, i, j):
        if c.WRAPS:
            return world[i % height][j % width]
        return 0 <= i < height and 0 <= j < width and world[i][j]

    for _ in range(steps):
        world = history[-1]
        after = [[False] * width for _ in range(height)]
        for i in range(height):
            for j in range(width):
                count = sum(living(world, i + a, j + b) for a, b in c.NEAR)
                after[i][j] = count in (c.SURVIVE if world[i][j] else c.BORN)
                if c.OLDEST and len(history) >= c.OLDEST:
                    recent = history[-c.OLDEST :]
                    if all(past[i][j] for past in recent) and after[i][j]:
                        after[i][j] = False
        history.append(after)
    return "\n".join("".join(".#"[alive] for alive in row) for row in history[-1])


WRONG = {
    "grid_regions": [
        (">= SMALLEST", "> SMALLEST"),
        ("for dr, dc in MOVES]", "for dr, dc in MOVES[1:]]"),
        ("max(found, default=0)", "max(found)"),
        ("seen |= region", "pass"),
        ("INNER and touches", "False", 2, {"WRAPS": False}),
        ("if WRAPS", "if False", 3),
    ],
    "cell_world": [
        ("in SURVIVE", "in BORN"),
        ("range(steps)", "range(steps + 1)"),
        ("if counts.get(p, 0) in SURVIVE", "if counts[p] in SURVIVE"),
        ("if WRAPS", "if False", 2),
        ("age[p] + 1 != OLDEST", "True", 3),
    ],
}
