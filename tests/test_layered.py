"""The layout of graphs: nothing overlaps, what comes first stands left, and always the same."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mkdocs_plantrace.chains import Chains
from mkdocs_plantrace.circles import in_order
from mkdocs_plantrace.pages.layered import Spacing, lay_out

KEYS = [f"n{number}" for number in range(14)]
EDGES = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), max_size=30)
FORWARD = EDGES.map(
    lambda edges: [tuple(sorted(edge, key=KEYS.index)) for edge in edges if edge[0] != edge[1]]
)
SIZES = st.lists(
    st.tuples(st.sampled_from([40, 100, 168]), st.sampled_from([20, 47, 62])),
    min_size=len(KEYS),
    max_size=len(KEYS),
).map(lambda sizes: dict(zip(KEYS, sizes, strict=True)))


def even(*keys):
    return dict.fromkeys(keys, (100, 40))


def places(layout):
    return {box.key: (box.x, box.y) for box in layout.boxes}


def overlapping(layout):
    return [
        (one.key, other.key)
        for number, one in enumerate(layout.boxes)
        for other in layout.boxes[number + 1 :]
        if one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    ]


def test_a_chain_is_one_straight_row():
    layout = lay_out(even("a", "b", "c"), [("a", "b"), ("b", "c")], Spacing(layer=40))

    assert places(layout) == {"a": (0, 0), "b": (140, 0), "c": (280, 0)}
    assert layout.routes[0].points == ((100, 20), (100, 20), (140, 20), (140, 20))
    assert (layout.width, layout.height) == (380, 40)


def test_nothing_is_laid_out_as_nothing():
    layout = lay_out({}, [])

    assert (layout.boxes, layout.routes, layout.width, layout.height) == ((), (), 0, 0)


def test_a_node_stands_in_the_middle_of_what_it_leads_to():
    layout = places(lay_out(even("a", "b", "c"), [("a", "b"), ("a", "c")]))

    assert layout["a"][1] == (layout["b"][1] + layout["c"][1]) / 2


def test_crossings_that_can_be_avoided_are():
    edges = [("a", "z"), ("b", "y"), ("c", "x"), ("a", "y"), ("b", "x")]
    at = places(lay_out(even("a", "b", "c", "x", "y", "z"), edges))

    left, right = sorted("abc", key=lambda key: at[key][1]), sorted("xyz", key=lambda k: at[k][1])
    ends = [(left.index(source), right.index(target)) for source, target in edges]
    assert not [1 for one in ends for other in ends if one[0] < other[0] and one[1] > other[1]]


def test_an_edge_past_a_layer_goes_around_what_is_in_it():
    layout = lay_out(even("a", "b", "c"), [("a", "b"), ("b", "c"), ("a", "c")])

    (middle,) = [box for box in layout.boxes if box.key == "b"]
    (passing,) = {y for x, y in layout.routes[2].points[2:4]}
    assert not middle.y <= passing <= middle.y + middle.height


def test_a_source_stands_near_what_waits_for_it():
    at = places(lay_out(even(*"abcd"), [("a", "b"), ("b", "c"), ("d", "c")]))

    assert at["d"][0] == at["b"][0]


def test_the_edge_that_closes_a_circle_runs_back():
    layout = lay_out(even("a", "b", "c"), [("a", "b"), ("b", "c"), ("c", "a"), ("a", "a")])

    assert not overlapping(layout)
    back = [route for route in layout.routes if route.points[0][0] > route.points[-1][0]]
    assert len(back) == 1
    assert len(layout.routes) == 3


def test_an_edge_below_all_boxes_is_inside():
    edges = [("n0", "n1"), ("n1", "n2"), ("n2", "n0"), *((f"n{n}", "n0") for n in range(3, 10))]
    layout = lay_out(even(*(f"n{n}" for n in range(10))), edges)

    lowest = max(y for route in layout.routes for _, y in route.points)
    assert lowest <= layout.height


def test_what_does_not_hang_together_stands_beside_or_below():
    edges = [("a", "b"), ("c", "d"), ("e", "f")]
    at = places(lay_out(even(*"abcdef"), edges, Spacing(width=600)))

    assert at["a"][1] == at["c"][1] < at["e"][1]
    assert at["b"][0] < at["c"][0]


@given(SIZES, EDGES)
@settings(max_examples=150, deadline=None)
def test_nothing_overlaps_and_all_is_inside(sizes, edges):
    layout = lay_out(sizes, edges)

    assert overlapping(layout) == []
    assert [box.key for box in layout.boxes] == KEYS
    assert {(box.width, box.height) for box in layout.boxes} <= set(sizes.values())
    inside = [(box.x, box.y) for box in layout.boxes]
    inside += [(box.x + box.width, box.y + box.height) for box in layout.boxes]
    inside += [point for route in layout.routes for point in route.points]
    assert all(0 <= x <= layout.width and 0 <= y <= layout.height for x, y in inside)


@given(SIZES, EDGES)
@settings(max_examples=100, deadline=None)
def test_every_edge_goes_from_box_to_box_and_through_none(sizes, edges):
    layout = lay_out(sizes, edges)

    boxes = {box.key: box for box in layout.boxes}
    wanted = list(dict.fromkeys(edge for edge in edges if edge[0] != edge[1]))
    assert [(route.source, route.target) for route in layout.routes] == wanted
    for route in layout.routes:
        first, last = (route.source, route.target)
        if route.points[0][0] > route.points[-1][0]:
            first, last = last, first
        points = sorted(route.points)
        assert points[0][0] == boxes[first].x + boxes[first].width
        assert points[-1][0] == boxes[last].x
        for x, y in route.points[2:-2]:
            assert not [
                box
                for box in layout.boxes
                if box.x < x < box.x + box.width and box.y < y < box.y + box.height
            ]


@given(SIZES, FORWARD)
@settings(max_examples=100, deadline=None)
def test_without_circles_every_edge_runs_to_the_right(sizes, edges):
    layout = lay_out(sizes, edges)

    boxes = {box.key: box for box in layout.boxes}
    for source, target in edges:
        assert boxes[source].x + boxes[source].width < boxes[target].x


@given(SIZES, EDGES)
@settings(max_examples=50, deadline=None)
def test_the_same_graph_is_always_laid_out_the_same(sizes, edges):
    assert lay_out(sizes, edges) == lay_out(dict(sizes), list(edges))


@pytest.mark.usefixtures("bounded")
def test_a_large_graph_is_laid_out():
    nodes, number = 1000, 1500
    chance = random.Random(7)  # noqa: S311 nothing secret
    edges = [tuple(sorted(chance.sample(range(nodes), 2))) for _ in range(number)]
    named = [(f"n{a}", f"n{b}") for a, b in edges]
    sizes = {f"n{n}": (168, 62) for n in range(nodes)}

    assert len(lay_out(sizes, named).boxes) == nodes


def test_a_long_chain_and_a_long_circle_are_no_trouble():
    keys = [f"n{n}" for n in range(3000)]
    chain = list(pairwise(keys))

    assert len(lay_out(even(*keys), [*chain, (keys[-1], keys[0])]).boxes) == 3000


def test_an_order_puts_what_is_waited_for_first():
    assert in_order({"c": ["b"], "b": ["a"], "a": []}) == ("a", "b", "c")
    assert sorted(in_order({"a": ["b"], "b": ["a"], "c": ["c"]})) == ["a", "b", "c"]


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
