from r1gym.recipes.r1_defaults import BOUNDS, FAMILIES, GENERAL, MEASURES, REASONING, REWRITER


def test_three_quarters_of_the_corpus_is_reasoning():
    weights = {name: one["weight"] for name, one in FAMILIES.items()}
    reasoning = sum(weights[part.partition(":")[0]] for part in REASONING.split())
    assert reasoning / sum(weights.values()) == 0.75
    assert {part.partition(":")[0] for part in (REASONING + " " + GENERAL).split()} == set(FAMILIES)


def test_the_shapes_of_the_report_are_declared_of_rows_that_there_are():
    assert [*dict.fromkeys(bound.shape for bound in BOUNDS)] == ["a", "b", "c", "d", "e"]
    assert {bound.row for bound in BOUNDS} <= {row.name for row in MEASURES}


def test_the_rewriter_translates_both_ways():
    to_english, to_chinese = REWRITER["words"]["en"], REWRITER["words"]["zh"]
    assert to_english["先"] == "first " and to_chinese["first "] == "先"
    assert {v: k for k, v in to_english.items()} == to_chinese
