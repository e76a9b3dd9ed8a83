"""Layouts and their SVG: nothing overlaps, links end where they should, texts are only shown."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise
from math import hypot
from pathlib import Path
from string import ascii_letters, digits, punctuation
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from processes import printed_by_processes

import autograd_lite as ag
from autograd_lite.drawing.book import book_scene
from autograd_lite.drawing.labels import printable
from autograd_lite.drawing.layout.finishing import around
from autograd_lite.drawing.layout.layered import lay_out
from autograd_lite.drawing.layout.lettering import words_box
from autograd_lite.drawing.layout.measure import text_width
from autograd_lite.drawing.layout.ordering import crossings, order
from autograd_lite.drawing.layout.placed import Box, Layout, PlacedMark
from autograd_lite.drawing.layout.ranking import Step, rank
from autograd_lite.drawing.layout.routing import ports
from autograd_lite.drawing.layout.skeleton import Skeleton
from autograd_lite.drawing.render.svg import to_svg
from autograd_lite.drawing.scene import Cluster, Link, Mark, Scene, Text

V = ag.Variable
SVG = "{http://www.w3.org/2000/svg}"
NASTY = ["a\"b'c", "<b>bold</b>", "</text></svg><script>x()</script>", "]]>", "\\N\\", "&amp;&#60;"]
NASTY += ["한글 이름", "tab\tbell\a\x00", "\ufffe\u202e", "--><!--", "𝒳", " "]


# Graphs that a reader may draw.


def apple():
    return V(100.0, name="apple") * V(2.0, name="count") * V(1.1, name="tax")


def basket():
    apples = V(100.0, name="apple") * V(2.0, name="apples")
    oranges = V(150.0, name="orange") * V(3.0, name="oranges")
    return (apples + oranges) * V(1.1, name="tax")


def network():
    rng = np.random.default_rng(0)
    hidden = ag.sigmoid(rng.normal(size=(3, 2)) @ V(rng.normal(size=(2, 3))) + V(np.zeros(3)))
    scores = hidden @ V(rng.normal(size=(3, 2)), name="W2") + V(np.zeros(2), name="b2")
    return ag.softmax_cross_entropy(scores, np.array([0, 1, 1]))


def branches():
    t = V(2.0, name="x") + V(1.0, name="y")
    return t**2 + ag.exp(t)


def square():
    x = V(3.0, name="x")
    return x * x


def squarings():
    x = V(1.0001, name="x")
    for _ in range(14):
        x = x * x
    return x


def skips():
    x = V(2.0, name="x")
    y = x
    for _ in range(5):
        y = ag.exp(-y) + x
    return y


def many():
    rng = np.random.default_rng(3)
    values = [V(float(i + 1), name=f"v{i}") for i in range(5)]
    for _ in range(60):
        a, b = [values[i] for i in rng.integers(max(0, len(values) - 12), len(values), 2)]
        values.append([lambda a=a, b=b: a + b, lambda a=a: ag.tanh(a)][rng.integers(2)]())
    return values[-1]


def two_outputs():
    a = V(2.0, name="x") * 3.0
    return [a, ag.exp(a)]


def matrices():
    return (V(np.eye(2) / 3, name="A") @ V(np.ones((2, 2)) / 7, name="가나다")).sum()


def long_names():
    return V(1.0, name="a.very.long.name.of.a.parameter") * V(2.0) + V(3.0, name="W" * 80)


def powers():
    x = V(3.0, name="x")
    return x**2 + ag.sin(x) + 3 * x


def difference():
    return ag.exp(V(0.5, name="h") * V(3.0, name="w")) - V(2.0, name="a")


def quotients():
    x, b = V(1.5, name="x"), V(2.0, name="b")
    return (x * b - 3) ** 2 / 7 - ag.log(x + 1e-7)


def swapped():
    x, y = V(5.0, name="x"), V(3.0, name="y")
    return (x - y) / (y - x)


ARGUMENTS = [apple, basket, branches, powers, difference, quotients]
GRAPHS = [
    powers,
    difference,
    quotients,
    swapped,
    apple,
    basket,
    network,
    branches,
    square,
    squarings,
    skips,
    many,
    two_outputs,
]
GRAPHS += [matrices, long_names]


def scene_of(graph, values=True):
    return book_scene(ag.describe(graph()), values=values)


@pytest.fixture(params=[(g, v) for g in GRAPHS for v in (True, False)], ids=lambda p: p[0].__name__)
def scene(request):
    return scene_of(*request.param)


@st.composite
def scenes(draw):
    """Draw a picture without cycles, with nested clusters, some links twice, some with texts."""
    texts = st.text(st.sampled_from("ab 1\n한W"), max_size=8)
    clusters = [Cluster("g0", "outer"), Cluster("g1", draw(texts), "g0"), Cluster("g2", "", "g0")]
    clusters.append(Cluster("g3", "a label that is wider than what it holds"))
    ids = st.sampled_from([None, None, "g0", "g1", "g2", "g3"])
    shapes = st.sampled_from(["circle", "box", "text", "dot"])
    marks = []
    for i in range(draw(st.integers(0, 14))):
        shape = draw(shapes)
        lines = () if shape == "dot" else tuple(map(Text, draw(st.lists(texts, max_size=2))))
        marks.append(Mark(f"m{i}", shape, lines, cluster=draw(ids)))
    links = []
    if len(marks) > 1:
        for k in range(draw(st.integers(0, 24))):
            i = draw(st.integers(0, len(marks) - 2))
            j = draw(st.integers(i + 1, len(marks) - 1))
            over, under = (draw(st.none() | texts.map(Text)) for _ in range(2))
            position = draw(st.integers(0, 2))
            links.append(Link(f"e{k}", f"m{i}", f"m{j}", over, under, position))
    return Scene(tuple(marks), tuple(links), tuple(clusters), (Text(draw(texts)),))


@st.composite
def trees(draw):
    """Draw operations whose arguments nothing else reads, marks and links in any order."""
    count = draw(st.integers(2, 14))
    targets = [None, *[draw(st.integers(0, i - 1)) for i in range(1, count)]]
    seen = Counter()
    links = []
    for i in range(1, count):
        target = f"m{targets[i]}"
        links.append(Link(f"e{i}", f"m{i}", target, Text(f"{i}"), None, seen[target]))
        seen[target] += 1
    marks = [Mark(f"m{i}", "circle", (Text("+"),)) for i in range(count)]
    return Scene(tuple(draw(st.permutations(marks))), tuple(draw(st.permutations(links))))


# What must be true of every layout.


def edges(box: Box):
    return (
        box.x - box.width / 2,
        box.y - box.height / 2,
        box.x + box.width / 2,
        box.y + box.height / 2,
    )


def overlap(a: Box, b: Box, slack: float = 0.01) -> bool:
    x = (a.width + b.width) / 2 - abs(a.x - b.x)
    y = (a.height + b.height) / 2 - abs(a.y - b.y)
    return min(a.width, a.height, b.width, b.height) > 0 and x > slack and y > slack


def inside(a: Box, b: Box, slack: float = 0.01) -> bool:
    x = abs(a.x - b.x) + (a.width - b.width) / 2
    y = abs(a.y - b.y) + (a.height - b.height) / 2
    return x <= slack and y <= slack


def shown(words):
    return [words_box(line) for line in words if line.text.strip()]


def path_of(cluster, clusters):
    parents = {c.id: c.parent for c in clusters}
    found = []
    while cluster is not None:
        found.append(cluster)
        cluster = parents[cluster]
    return found


def points(path):
    """Yield points along a chain of curves."""
    yield path[0]
    for i in range(0, len(path) - 1, 3):
        a, b, c, d = path[i : i + 4]
        for t in np.linspace(0.0, 1.0, 17)[1:]:
            s = 1 - t
            weights = (s**3, 3 * s * s * t, 3 * s * t * t, t**3)
            yield tuple(
                sum([w * p[k] for w, p in zip(weights, (a, b, c, d), strict=True)]) for k in (0, 1)
            )


def bends(path) -> int:
    """Count the pieces of a chain of curves that are not level."""
    return sum([abs(a[1] - b[1]) > 0.01 for a, b in pairwise(path[::3])])


def check_marks(layout: Layout):
    for a, b in combinations(layout.marks, 2):
        assert not overlap(a.box, b.box), (a.mark.id, b.mark.id)
    for placed in layout.marks:
        assert "\n".join([w.text for w in placed.words]) == "\n".join(
            [text.text for text in placed.mark.lines]
        )
        for box in shown(placed.words):
            assert inside(box, placed.box), placed.mark
            if placed.mark.shape == "circle":
                left, top, right, bottom = edges(box)
                corners = [(x, y) for x in (left, right) for y in (top, bottom)]
                distances = [hypot(x - placed.box.x, y - placed.box.y) for x, y in corners]
                assert max(distances) <= placed.box.width / 2


def check_texts(layout: Layout):
    """Labels lie on no mark, on no other label, and no line runs through them."""
    boxes = [(link.link.id, box) for link in layout.links for box in shown(link.words)]
    for (_, a), (_, b) in combinations(boxes, 2):
        assert not overlap(a, b)
    for placed in layout.marks:
        for id_, box in boxes:
            assert not overlap(placed.box, box), (placed.mark.id, id_)
    for link in layout.links:
        for x, y in points(link.path):
            for id_, box in boxes:
                assert not overlap(Box(x, y, 1, 1), box, slack=1.0), (link.link.id, id_)


def check_links(layout: Layout):
    marks = {placed.mark.id: placed for placed in layout.marks}
    for placed in layout.links:
        source, target = marks[placed.link.source].box, marks[placed.link.target].box
        assert placed.path[0] == pytest.approx((source.x + source.width / 2, source.y))
        x, y = placed.path[-1]
        if marks[placed.link.target].mark.shape == "circle":
            assert hypot(x - target.x, y - target.y) == pytest.approx(target.width / 2)
        else:
            assert x == pytest.approx(target.x - target.width / 2)
            assert abs(y - target.y) <= target.height / 2
        assert len(placed.path) % 3 == 1
        along = [x for x, _ in points(placed.path)]
        assert all([a <= b + 1e-9 for a, b in pairwise(along)])  # left to right, nowhere back


def arguments(layout: Layout):
    """Yield the links of neighbouring arguments of one mark, the first argument first."""
    arriving: dict[str, list] = {}
    for placed in layout.links:
        arriving.setdefault(placed.link.target, []).append(placed)
    for links in arriving.values():
        links.sort(key=lambda x: x.link.position)
        yield from [(a, b) for a, b in pairwise(links) if a.link.position < b.link.position]


def check_arguments(layout: Layout):
    """From top to bottom, arguments enter a mark in their order."""
    shapes = {placed.mark.id: placed.mark.shape for placed in layout.marks}
    for first, second in arguments(layout):
        above, below = first.path[-1][1], second.path[-1][1]
        if shapes[first.link.target] == "circle":
            assert above < below, (first.link, second.link)
        else:  # a dot, or words of no height, have no room for several
            assert above <= below, (first.link, second.link)


def crossings_of(skeleton: Skeleton) -> int:
    place = {cell.index: i for layer in skeleton.layers for i, cell in enumerate(layer)}
    return sum([crossings(layer, place) for layer in skeleton.layers])


def check_ways(layout: Layout):
    """No link runs through a mark."""
    for placed in layout.links:
        ends = (placed.link.source, placed.link.target)
        others = [m for m in layout.marks if m.mark.id not in ends]
        for x, y in points(placed.path):
            for other in others:
                assert not within(x, y, other), (placed.link, other.mark)


def within(x: float, y: float, placed: PlacedMark) -> bool:
    """Whether a point lies in an outline, and not only at its edge."""
    box = placed.box
    if placed.mark.shape == "circle":
        return hypot(x - box.x, y - box.y) < box.width / 2 - 1
    return abs(x - box.x) < box.width / 2 - 1 and abs(y - box.y) < box.height / 2 - 1


def check_frames(layout: Layout, scene: Scene):
    used = {id_ for m in scene.marks for id_ in path_of(m.cluster, scene.clusters)}
    assert sorted([frame.cluster.id for frame in layout.frames]) == sorted(used)
    for frame in layout.frames:
        for placed in layout.marks:
            if frame.cluster.id in path_of(placed.mark.cluster, scene.clusters):
                assert inside(placed.box, frame.box)
                assert not any([overlap(placed.box, box) for box in shown(frame.words)])
            else:
                assert not overlap(placed.box, frame.box), (placed.mark.id, frame.cluster.id)
        for box in shown(frame.words):
            assert inside(box, frame.box)
    for a, b in combinations(layout.frames, 2):  # outer first
        if a.cluster.id in path_of(b.cluster.id, scene.clusters):
            assert inside(b.box, a.box)
        else:
            assert not overlap(a.box, b.box)


def check_size(layout: Layout):
    page = Box(layout.width / 2, layout.height / 2, layout.width, layout.height)
    boxes = [placed.box for placed in (*layout.marks, *layout.frames)]
    for item in (*layout.marks, *layout.links, *layout.frames):
        boxes += shown(item.words)
    boxes += shown(layout.captions)
    for box in boxes:
        assert inside(box, page)


def check_svg(layout: Layout):
    """The document holds every text once, under its own id, and every mark and link."""
    root = ElementTree.fromstring(to_svg(layout))
    ids = Counter([e.get("id") for e in root.iter() if e.get("id") is not None])
    assert set(ids.values()) <= {1}
    words = list(layout.captions)
    for item in (*layout.marks, *layout.links, *layout.frames):
        words += item.words
    written = [(e.get("data-id"), e.text or "") for e in root.iter(f"{SVG}text")]
    assert sorted(written) == sorted([(w.id, w.text) for w in words])
    groups = {e.get("id") for e in root.iter(f"{SVG}g")}
    assert groups >= {m.mark.id for m in layout.marks} | {e.link.id for e in layout.links}


def test_examples(scene):
    layout = lay_out(scene)
    check_marks(layout)
    check_texts(layout)
    check_links(layout)
    check_arguments(layout)
    check_ways(layout)
    check_size(layout)
    check_svg(layout)
    assert all([bends(link.path) <= 3 for link in layout.links])
    assert len(layout.marks) == len(scene.marks)
    assert len(layout.links) == len(scene.links)


@settings(deadline=None, max_examples=80)
@given(scenes())
def test_random_scenes(scene):
    layout = lay_out(scene)
    assert layout == lay_out(scene)
    check_marks(layout)
    check_texts(layout)
    check_links(layout)
    check_arguments(layout)
    check_ways(layout)
    check_frames(layout, scene)
    check_size(layout)
    check_svg(layout)


@pytest.mark.parametrize("name", NASTY)
def test_names_are_only_shown(name):
    """Whatever a text holds, the document has the same elements, and shows the text."""

    def drawn(text):
        lines = (Text(text, "name"),)
        marks = (Mark("v0", "text", lines, tip=text), Mark("f0", "box", lines, cluster="g0"))
        links = (Link("e0", "v0", "f0", Text(text), Text(text)),)
        scene = Scene(marks, links, (Cluster("g0", text),), (Text(text),))
        return ElementTree.fromstring(to_svg(lay_out(scene), title=text))

    nasty, plain = drawn(name), drawn("plain")
    assert [(e.tag, sorted(e.attrib)) for e in nasty.iter()] == [
        (e.tag, sorted(e.attrib)) for e in plain.iter()
    ]
    frame, over, under, *rest = [e.text or "" for e in nasty.iter(f"{SVG}text")]
    visible = printable(name)
    assert frame == printable(" ".join(name.split()))  # on one line
    assert (over, under) == (visible, f"← {visible}")
    assert rest == [visible] * 3  # two marks and the caption
    assert nasty.get("aria-label") == visible
    assert [e.text for e in nasty.iter(f"{SVG}title")] == [visible, visible]


def test_nothing_reaches_out_of_the_document():
    svg = to_svg(lay_out(scene_of(many)))
    assert not any([word in svg for word in ("<style", "<script", "url(", "href", "<defs")])
    assert svg.count("http") == 1  # the namespace


def test_lines_of_a_text():
    marks = (Mark("v0", "text", (Text("one\ntwo"), Text("three"))),)
    root = ElementTree.fromstring(to_svg(lay_out(Scene(marks, ()))))
    found = [(e.get("id"), e.get("data-id"), e.text) for e in root.iter(f"{SVG}text")]
    assert found == [("v0-0", "v0-0", "one"), ("v0-0-1", "v0-0", "two"), ("v0-1", "v0-1", "three")]


def test_alarm_tip_and_arrows():
    marks = (
        Mark("v0", "circle", (Text("+"),), tip="a tip", alarm=True),
        Mark("b0", "dot"),
        Mark("y0", "text", (Text("y"),)),
    )
    svg = to_svg(lay_out(Scene(marks, (Link("s0", "v0", "b0"), Link("e0", "b0", "y0")))))
    root = ElementTree.fromstring(svg)
    (circle,) = root.findall(f".//{SVG}g[@id='v0']/{SVG}circle")
    assert circle.get("stroke") == "#b91c1c"
    assert root.findtext(f".//{SVG}g[@id='v0']/{SVG}title") == "a tip"
    assert root.find(f".//{SVG}g[@id='e0']/{SVG}polygon") is not None
    assert root.find(f".//{SVG}g[@id='s0']/{SVG}polygon") is None  # it only branches there


def test_a_text_stands_over_and_under_its_line():
    link = Link("e0", "v0", "f0", Text("3", "value"), Text("2\n4", "gradient"))
    marks = (Mark("v0", "text", (Text("x"),)), Mark("f0", "circle", (Text("+"),)))
    (placed,) = lay_out(Scene(marks, (link,))).links
    over, under, below = placed.words
    (y,) = {y for _, y in placed.path}  # a level line
    assert [w.text for w in placed.words] == ["3", "← 2", "4"]
    assert [w.id for w in placed.words] == ["e0-over", "e0-under", "e0-under"]
    assert [w.line for w in placed.words] == [0, 0, 1]
    assert over.y < y < words_box(under).y - words_box(under).height / 2
    assert under.y < below.y


def test_the_apple_graph_reads_from_left_to_right():
    layout = lay_out(scene_of(apple))
    box = {placed.mark.id: placed.box for placed in layout.marks}
    assert box["v0"].x < box["f0"].x < box["f1"].x < box["y0"].x
    assert box["v0"].y < box["v1"].y  # the first argument above the second
    assert box["f0"].y == box["f1"].y == box["y0"].y  # results on one line
    assert box["v2"].x > box["f0"].x - box["f0"].width  # the tax beside where it is used


def test_two_links_arrive_evenly():
    layout = lay_out(scene_of(apple))
    circle = next(placed.box for placed in layout.marks if placed.mark.id == "f0")
    first, second = [link.path[-1] for link in layout.links if link.link.target == "f0"]
    assert first[0] == pytest.approx(second[0])
    assert first[1] + second[1] == pytest.approx(2 * circle.y)
    assert second[1] - first[1] > 5


@pytest.mark.parametrize("graph", [skips, two_outputs, squarings, matrices])
def test_what_can_be_drawn_without_crossings_is(graph):
    skeleton = Skeleton(scene_of(graph))
    order(skeleton)
    assert crossings_of(skeleton) == 0


@pytest.mark.parametrize("graph", ARGUMENTS)
def test_the_order_of_arguments_can_be_seen(graph):
    """What stands on the first argument's link lies above what stands on the second's."""
    layout = lay_out(scene_of(graph))
    check_arguments(layout)
    for first, second in arguments(layout):
        assert first.words[0].y < second.words[0].y


@pytest.mark.parametrize("positions", [(0, 1), (1, 0)])
def test_a_shared_argument_goes_where_it_belongs(positions):
    """Its links begin earlier than those of the other argument, which nothing else reads."""
    marks = [Mark(id_, "text", (Text(id_),)) for id_ in "ab"]
    marks += [Mark("f", "circle", (Text("exp"),)), Mark("g", "circle", (Text("−"),))]
    links = (
        Link("e0", "a", "f"),
        Link("e1", "a", "g", position=positions[0]),
        Link("e2", "f", "g", position=positions[1]),
    )
    layout = lay_out(Scene(tuple(marks), links))
    check_arguments(layout)
    _, direct, through = [link.path[-1][1] for link in layout.links]
    assert (direct < through) == (positions == (0, 1))


def test_arguments_that_cannot_lie_in_order_still_arrive_in_order():
    """f(a, b) and g(b, a): in one of them, the links cross just before the mark or earlier."""
    marks = [Mark(id_, "text", (Text(id_),)) for id_ in "ab"]
    marks += [Mark(id_, "circle", (Text("−"),)) for id_ in "fgh"]
    ends = [
        ("a", "f", 0),
        ("b", "f", 1),
        ("b", "g", 0),
        ("a", "g", 1),
        ("f", "h", 0),
        ("g", "h", 1),
    ]
    links = [Link(f"e{i}", a, b, position=k) for i, (a, b, k) in enumerate(ends)]
    layout = lay_out(Scene(tuple(marks), tuple(links)))
    check_arguments(layout)
    check_links(layout)
    check_ways(layout)
    assert len(list(arguments(layout))) == 3


@given(st.lists(st.floats(-60, 60), min_size=1, max_size=9))
def test_links_meet_a_circle_in_order(heights):
    mark, circle = Mark("f0", "circle"), Box(0.0, 0.0, 28.0, 28.0)
    for found in (heights, sorted(heights)):
        arriving = [port.y for port in ports(mark, circle, found)]
        assert all(
            [a < b or found[i] == found[i + 1] for i, (a, b) in enumerate(pairwise(arriving))]
        )


@settings(deadline=None, max_examples=60)
@given(trees())
def test_what_one_operation_alone_reads_lies_in_its_order(scene):
    """A tree can be drawn without crossings, however its marks and links were found."""
    layout = lay_out(scene)
    check_arguments(layout)
    for first, second in arguments(layout):
        assert first.words[0].y < second.words[0].y
    skeleton = Skeleton(scene)
    order(skeleton)
    assert crossings_of(skeleton) == 0


def test_crossings_are_counted():
    skeleton = Skeleton(scene_of(many, values=False))
    order(skeleton)
    place = {cell.index: i for layer in skeleton.layers for i, cell in enumerate(layer)}
    found = 0
    for layer in skeleton.layers:
        segments = [segment for cell in layer for segment in cell.after]
        for a, b in combinations(segments, 2):
            left = place[a.source.index] - place[b.source.index]
            right = place[a.target.index] - place[b.target.index]
            found += left * right < 0
    assert found == crossings_of(skeleton) > 0


def test_both_links_of_a_square_are_apart():
    for values in (True, False):
        first, second = lay_out(scene_of(square, values)).links[:2]
        middles = [list(points(link.path)) for link in (first, second)]
        heights = [middle[len(middle) // 2][1] for middle in middles]
        assert abs(heights[0] - heights[1]) > 8


def test_long_links_share_a_way():
    """Links from one mark run along one line until they part: no bundle of parallels."""
    layout = lay_out(scene_of(skips, values=False))
    links = [link for link in layout.links if link.link.source == "v0"]
    assert len(links) == 6
    links.sort(key=lambda link: link.path[-1][0])
    for a, b in pairwise(links[1:]):
        x = np.linspace(a.path[0][0], a.path[-1][0] - 80, 50)
        heights = [np.interp(x, *np.transpose(list(points(link.path)))) for link in (a, b)]
        assert np.allclose(*heights)


def test_a_chain_is_level():
    layout = lay_out(scene_of(squarings, values=False))
    operations = [placed.box.y for placed in layout.marks if placed.mark.id[0] == "f"]
    assert max(operations) - min(operations) < 0.01


def chain(count, source=0):
    marks = [Mark(f"m{i}", "circle", (Text("+"),)) for i in range(count)]
    links = [Link(f"e{i}", f"m{i}", f"m{i + 1}") for i in range(count - 1)]
    links += [Link(f"l{i}", f"m{source}", f"m{i}") for i in range(source + 2, count)]
    return Scene(tuple(marks), tuple(links))


def test_size_grows_with_the_graph():
    """A mark that all others read would need a way as long as the graph for each of them."""

    def size(count):
        skeleton = Skeleton(chain(count))
        return len(skeleton.cells) + sum(map(len, skeleton.routes.values()))

    small, large = size(300), size(1200)
    assert large < 6 * small  # 16 times as large, if nothing bounded it
    assert len(lay_out(chain(300)).links) == 2 * 300 - 3


def test_deep_graphs_need_no_deep_stack():
    marks = [Mark(f"m{i}", "circle", (Text("+"),)) for i in range(2500)]
    links = [Link(f"e{i}", f"m{i}", f"m{i + 1}", Text("1")) for i in range(2499)]
    layout = lay_out(Scene(tuple(marks), tuple(links)))
    assert [m.box.x for m in layout.marks] == sorted([m.box.x for m in layout.marks])


def test_deep_clusters_need_no_deep_stack():
    clusters = [Cluster("g0", "0")]
    clusters += [Cluster(f"g{i}", f"{i}", f"g{i - 1}") for i in range(1, 1000)]
    marks = (Mark("f0", "circle", (Text("+"),), cluster="g999"), Mark("y0", "dot"))
    layout = lay_out(Scene(marks, (Link("e0", "f0", "y0"),), tuple(clusters)))
    assert len(layout.frames) == 1000
    assert layout.frames[0].cluster.id == "g0"
    check_size(layout)


def test_links_bend_beside_wide_marks():
    """What stands in the same layer as the target is wide, and lies above it."""
    wide = Text("a very wide mark indeed, wider than it is high")
    marks = [Mark("a", "circle"), *[Mark(f"w{i}", "box", (wide,)) for i in range(3)]]
    marks += [Mark("z", "dot"), Mark("b", "box", (wide,)), Mark("c", "dot")]
    ends = [("a", "w0"), ("a", "w1"), ("a", "w2"), ("a", "z"), ("z", "c"), ("z", "b")]
    links = [Link(f"e{i}", a, b) for i, (a, b) in enumerate(ends)]
    layout = lay_out(Scene(tuple(marks), tuple(links)))
    check_ways(layout)
    back = [Link(f"e{i}", a, b) for i, (b, a) in enumerate(ends)]
    check_ways(lay_out(Scene(tuple(marks), tuple(back))))


@pytest.mark.parametrize("label", ["", "a label that is wider than what it holds"])
def test_frames_find_room_beside_each_other(label):
    clusters = []
    marks, links = [], []
    for i in range(3):
        parent = None
        for depth in range(4):
            clusters.append(Cluster(f"g{i}_{depth}", label if depth < i else "", parent))
            parent = f"g{i}_{depth}"
        marks.append(Mark(f"f{i}", "circle", cluster=parent))
    links = [Link(f"e{i}", f"f{i}", f"f{i + 1}") for i in range(2)]
    scene = Scene((*marks, Mark("y", "dot")), (*links, Link("e2", "f2", "y")), tuple(clusters))
    check_frames(lay_out(scene), scene)


def test_a_link_leaves_its_cluster_at_once_where_its_target_stands_beside_it():
    marks = [Mark(f"f{i}", "circle", cluster="g0") for i in range(4)]
    links = [Link(f"e{i}", f"f{i}", f"f{i + 1}", Text("1")) for i in range(3)]
    aside = Link("e3", "f0", "y", Text("aside"))
    scene = Scene((*marks, Mark("y", "dot")), (*links, aside), (Cluster("g0", ""),))
    layout = lay_out(scene)
    check_frames(layout, scene)
    for link in layout.links:
        within_frame = inside(words_box(link.words[0]), layout.frames[0].box)
        assert within_frame == (link.link.id != "e3")


def test_a_cycle_is_drawn():
    """Collapsed graphs can have cycles; what closes one goes back to the left."""
    marks = tuple([Mark(f"m{i}", "box", (Text(f"m{i}"),)) for i in range(3)])
    links = [Link(f"e{i}", f"m{i}", f"m{(i + 1) % 3}", Text(f"text {i}")) for i in range(3)]
    layout = lay_out(Scene(marks, (*links, Link("loop", "m1", "m1"))))
    check_marks(layout)
    check_svg(layout)
    assert [link.words[0].text for link in layout.links[:3]] == ["text 0", "text 1", "text 2"]


@pytest.mark.parametrize("columns", [False, True])
def test_empty_scenes(columns):
    for captions in ((), (Text("nothing to see"),)):
        layout = lay_out(Scene((), (), (), captions, columns))
        assert layout.width > 0
        assert layout.height > 0
        check_size(layout)
        check_svg(layout)
    one = lay_out(Scene((Mark("v0", "text", (Text("x"),), column=0),), (), columns=columns))
    check_size(one)
    check_svg(one)


def test_same_bytes_in_every_process():
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_layout import *\n"
        "for graph in (branches, many, network): print(to_svg(lay_out(scene_of(graph))))\n"
        "print(to_svg(lay_out(dense(3, 4, 2))))"
    )
    found = printed_by_processes(script, Path(__file__).parent)
    assert len(found) == 1
    assert "<svg" in found.pop()


# Ranking.


def test_ranking():
    steps = [Step("a", "f", 2), Step("b", "f", 2), Step("f", "g", 2), Step("c", "g", 2)]
    assert rank(list("abcfg"), steps) == {"a": 0, "b": 0, "c": 2, "f": 2, "g": 4}


def test_a_branch_stands_beside_where_it_is_used():
    steps = [Step(a, b, 1) for a, b in pairwise("abcdef")] + [Step("p", "q", 1), Step("q", "f", 1)]
    layers = rank(list("abcdefpq"), steps)
    assert (layers["p"], layers["q"], layers["f"]) == (3, 4, 5)


def test_what_joins_long_links_moves_to_where_they_begin():
    chain = [Step(a, b, 1) for a, b in pairwise("abcdef")]
    steps = [*chain, Step("a", "join", 1), Step("b", "join", 1), Step("join", "f", 1)]
    assert rank([*"abcdef", "join"], steps)["join"] == 2


# Networks of neurons.


def dense(*sizes, under=False):
    rng = np.random.default_rng(0)
    marks, links = [], []
    for column, size in enumerate(sizes):
        for i in range(size):
            lines = (Text(f"a{i + 1}", "name"), Text(f"{rng.normal():.3g}", "value"))
            marks.append(Mark(f"n{column}_{i}", "circle", lines, column=column))
            for j in range(sizes[column - 1] if column else 0):
                text = Text(f"w{j + 1}{i + 1}={rng.normal():.2g}")
                gradient = Text(f"{rng.normal():.2g}", "gradient") if under else None
                source = f"n{column - 1}_{j}"
                links.append(Link(f"e{len(links)}", source, marks[-1].id, text, gradient))
    return Scene(tuple(marks), tuple(links), captions=(Text("b1 = 0"),), columns=True)


@pytest.mark.parametrize("under", [False, True])
@pytest.mark.parametrize("sizes", [(2, 1), (2, 3, 1), (3, 4, 2), (5, 5), (1, 6, 1)])
def test_networks(sizes, under):
    layout = lay_out(dense(*sizes, under=under))
    check_marks(layout)
    check_size(layout)
    check_svg(layout)
    labels = [box for link in layout.links for box in shown(link.words)]
    for a, b in combinations(labels, 2):
        assert not overlap(a, b)
    for label in labels:
        assert not any([overlap(label, placed.box) for placed in layout.marks])
    for link in layout.links:
        (x, y), (to_x, to_y) = link.path[0], link.path[-1]
        middle = around([words_box(w) for w in link.words])
        t = (middle.x - x) / (to_x - x)
        assert 0 < t < 1
        assert abs(y + t * (to_y - y) - middle.y) < 12  # on its own line


def test_circles_do_not_touch_their_texts():
    layout = lay_out(dense(2, 3, 1))
    widest = max([box.width for m in layout.marks for box in shown(m.words)])
    for placed in layout.marks:
        assert placed.box.width > widest + 8


def test_columns_are_even_and_centred():
    layout = lay_out(dense(2, 3, 1))
    columns = {}
    for placed in layout.marks:
        columns.setdefault(placed.mark.column, []).append(placed.box)
    for boxes in columns.values():
        assert len({box.x for box in boxes}) == 1
        assert sum([box.y for box in boxes]) / len(boxes) == pytest.approx(columns[2][0].y)
    pitches = {round(b.y - a.y, 6) for boxes in columns.values() for a, b in pairwise(boxes)}
    assert len(pitches) == 1
    assert columns[0][0].x < columns[1][0].x < columns[2][0].x


def test_links_of_a_network_meet_the_outlines():
    layout = lay_out(dense(2, 3, 1))
    boxes = {placed.mark.id: placed.box for placed in layout.marks}
    for link in layout.links:
        for (x, y), box in (
            (link.path[0], boxes[link.link.source]),
            (link.path[-1], boxes[link.link.target]),
        ):
            assert hypot(x - box.x, y - box.y) == pytest.approx(box.width / 2)


def test_frames_of_a_network():
    scene = dense(2, 3)
    marks = [m._replace(cluster="g0" if m.column == 0 else None) for m in scene.marks]
    scene = scene._replace(marks=tuple(marks), clusters=(Cluster("g0", "inputs"),))
    check_frames(lay_out(scene), scene)


def test_a_network_too_dense_to_read_is_still_drawn():
    layout = lay_out(dense(20, 20))
    assert sum([len(link.words) for link in layout.links]) == 400


# Widths.


MEASURED = ["apple", "−0.03536 −0.00944", "[[0.5 0.1]]", "softmax CE", "WWW@MMM", "ÄÖÜéñçß"]
MEASURED += ["×÷±√Σ∞←→…", "αβγδεζηθικλμνξπρστυφχψω", "ЖЩЮжщю", "f0(x)^2 % #&"]
MEASURED += [ascii_letters, digits, punctuation.replace("$", "")]


@pytest.mark.parametrize("text", MEASURED)
def test_texts_are_measured_generously(text):
    """No narrower than DejaVu Sans, the widest of the usual fonts, and not much wider."""
    from matplotlib.font_manager import FontProperties, findfont
    from matplotlib.textpath import text_to_path

    font = FontProperties(fname=findfont("DejaVu Sans"), size=10)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    assert width <= text_width(text, 10.0) <= 1.5 * width


def test_wide_and_combining_letters():
    assert text_width("한글漢字", 10.0) == 40.0
    assert text_width("e\u0301", 10.0) == text_width("e", 10.0)
