"""The layout of graphs: nothing overlaps, what comes first stands left, and always the same."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from mkdocs_plantrace.site.graph_layout import lay_out
from mkdocs_plantrace.utils.graph_algorithms import Chains, sort_topologically

KEYS = [f"n{number}" for number in range(14)]
EDGES = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), max_size=30)
FORWARD = EDGES.map(
    lambda edges: [tuple(sorted(edge, key=KEYS.index)) for edge in edges if edge[0] != edge[1]]
)
HEIGHTS = st.lists(st.sampled_from([20, 47, 62]), min_size=len(KEYS), max_size=len(KEYS)).map(
    lambda heights: dict(zip(KEYS, heights, strict=True))
)
WIDTH = 100


def even(keys, edges):
    return lay_out(dict.fromkeys(keys, 40), edges, WIDTH)


def overlapping(layout, heights):
    corners = list(layout.corners.items())
    return [
        (one, other)
        for number, (one, (x, y)) in enumerate(corners)
        for other, (other_x, other_y) in corners[number + 1 :]
        if x < other_x + WIDTH
        and other_x < x + WIDTH
        and y < other_y + heights[other]
        and other_y < y + heights[one]
    ]


def test_a_chain_is_one_straight_row():
    layout = even("abc", [("a", "b"), ("b", "c")])

    assert layout.corners == {"a": (0, 0), "b": (140, 0), "c": (280, 0)}
    assert layout.routes["a", "b"] == [(100, 20), (140, 20)]
    assert (layout.width, layout.height) == (380, 40)


def test_nothing_is_laid_out_as_nothing():
    assert even("", []) == ({}, {}, 0, 0)


def test_a_node_stands_in_the_middle_of_what_it_leads_to():
    at = even("abc", [("a", "b"), ("a", "c")]).corners

    assert at["a"][1] == (at["b"][1] + at["c"][1]) / 2


def test_crossings_that_can_be_avoided_are():
    edges = [("a", "z"), ("b", "y"), ("c", "x"), ("a", "y"), ("b", "x")]
    at = even("abcxyz", edges).corners

    left, right = sorted("abc", key=lambda key: at[key][1]), sorted("xyz", key=lambda k: at[k][1])
    ends = [(left.index(source), right.index(target)) for source, target in edges]
    assert not [1 for one in ends for other in ends if one[0] < other[0] and one[1] > other[1]]


def test_an_edge_past_a_layer_goes_around_what_is_in_it():
    layout = even("abc", [("a", "b"), ("b", "c"), ("a", "c")])

    (passing,) = {y for x, y in layout.routes["a", "c"][1:3]}
    assert not layout.corners["b"][1] <= passing <= layout.corners["b"][1] + 40


def test_a_source_stands_near_what_waits_for_it():
    at = even("abcd", [("a", "b"), ("b", "c"), ("d", "c")]).corners

    assert at["d"][0] == at["b"][0]


def test_the_edge_that_closes_a_circle_runs_back():
    layout = even("abc", [("a", "b"), ("b", "c"), ("c", "a"), ("a", "a")])

    back = [points for points in layout.routes.values() if points[0][0] > points[-1][0]]
    assert len(back) == 1
    assert len(layout.routes) == 3


def test_what_does_not_hang_together_stands_below():
    at = even("abcdef", [("a", "b"), ("c", "d"), ("e", "f")]).corners

    assert at["a"][1] < at["c"][1] < at["e"][1]
    assert at["a"][0] == at["c"][0] == at["e"][0] == 0


@given(HEIGHTS, EDGES)
@settings(max_examples=150, deadline=None)
def test_nothing_overlaps_and_all_is_inside(heights, edges):
    layout = lay_out(heights, edges, WIDTH)

    assert overlapping(layout, heights) == []
    inside = list(layout.corners.values())
    inside += [(x + WIDTH, y + heights[key]) for key, (x, y) in layout.corners.items()]
    inside += [point for points in layout.routes.values() for point in points]
    assert all(0 <= x <= layout.width and 0 <= y <= layout.height for x, y in inside)


@given(HEIGHTS, EDGES)
@settings(max_examples=100, deadline=None)
def test_every_edge_goes_from_box_to_box_and_through_none(heights, edges):
    layout = lay_out(heights, edges, WIDTH)

    wanted = list(dict.fromkeys(edge for edge in edges if edge[0] != edge[1]))
    assert list(layout.routes) == wanted
    for (source, target), points in layout.routes.items():
        first, last = source, target
        if points[0][0] > points[-1][0]:
            first, last = last, first
        sort_topologically = sorted(points)
        assert sort_topologically[0][0] == layout.corners[first][0] + WIDTH
        assert sort_topologically[-1][0] == layout.corners[last][0]
        for x, y in points[1:-1]:
            assert not [
                key
                for key, (left, top) in layout.corners.items()
                if left < x < left + WIDTH and top < y < top + heights[key]
            ]


@given(HEIGHTS, FORWARD)
@settings(max_examples=100, deadline=None)
def test_without_circles_every_edge_runs_to_the_right(heights, edges):
    at = lay_out(heights, edges, WIDTH).corners

    for source, target in edges:
        assert at[source][0] + WIDTH < at[target][0]


@given(HEIGHTS, EDGES)
@settings(max_examples=50, deadline=None)
def test_the_same_graph_is_always_laid_out_the_same(heights, edges):
    assert lay_out(heights, edges, WIDTH) == lay_out(dict(heights), list(edges), WIDTH)


def test_a_long_chain_and_a_long_circle_are_no_trouble():
    keys = [f"n{n}" for n in range(3000)]
    chain = list(pairwise(keys))

    assert len(even(keys, [*chain, (keys[-1], keys[0])]).corners) == 3000


def test_an_order_puts_what_is_waited_for_first():
    assert sort_topologically({"c": ["b"], "b": ["a"], "a": []}) == ("a", "b", "c")
    assert sorted(sort_topologically({"a": ["b"], "b": ["a"], "c": ["c"]})) == ["a", "b", "c"]


def test_the_longest_chain():
    chains = Chains({"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"], "e": [], "f": ["gone"]})

    assert chains.longest() == ("a", "b", "d")
    assert chains.through("c") == ("a", "c", "d")
    assert chains.through("e") == chains.through("f") == chains.through("unknown") == ()


def test_there_is_no_chain_of_one():
    assert Chains({}).longest() == Chains({"a": ["a"], "b": []}).longest() == ()


@given(EDGES)
@settings(max_examples=150, deadline=None)
def test_each_of_a_chain_waits_for_the_one_before_it(edges):
    waits = {key: [waited for task, waited in edges if task == key] for key in KEYS}
    chains = Chains(waits)

    longest = chains.longest()
    assert all(len(chains.through(key)) <= len(longest) for key in KEYS)
    assert bool(longest) == any(task != waited for task, waited in edges)
    for chain in (longest, *map(chains.through, KEYS)):
        assert len(set(chain)) == len(chain)
        assert all(one in waits[other] for one, other in pairwise(chain))
