"""The page and the animation, without a browser: what is in them, and what cannot be."""

from __future__ import annotations

import base64
import cProfile
import hashlib
import json
import re
from html.parser import HTMLParser
from io import BytesIO

import numpy as np
import pytest
from processes import printed_by_processes

import autograd_lite as ag
from autograd_lite.drawing.book import book_scene
from autograd_lite.drawing.layout.layered import lay_out
from autograd_lite.drawing.page.animation import to_animation
from autograd_lite.drawing.page.html import to_html
from autograd_lite.drawing.page.steps import steps_of
from autograd_lite.errors import ArgumentError

EVIL = "</script><img src=x onerror=alert(1)>&\"'\u2028]]>--><!--"


def page_of(y, **options):
    graph = ag.describe(y, **options)
    scene = book_scene(graph)
    return to_html(graph, scene, lay_out(scene))


def apple_price(name="apple"):
    apple, count = ag.Variable(100.0, name=name), ag.Variable(2.0, name="count")
    return apple * count * ag.Variable(1.1, name="tax")


class Parsed(HTMLParser):
    """Elements with their attributes, the texts of scripts and styles, and all other text."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.raw, self.texts, self._inside = [], [], [], None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag in ("script", "style"):
            self._inside = tag
            self.raw.append([tag, dict(attributes), ""])

    def handle_endtag(self, tag):
        if tag == self._inside:
            self._inside = None

    def handle_data(self, data):
        if self._inside:
            self.raw[-1][2] += data
        else:
            self.texts.append(data)

    @property
    def data(self):
        (text,) = [text for _, given, text in self.raw if given.get("id") == "data"]
        return json.loads(text)


def test_the_apple_page_is_small_and_asks_for_nothing():
    page = page_of(apple_price())
    assert len(page.encode()) < 100_000
    links = re.findall(r"""(?:src|href|url|@import)\s*[=(]""", page)
    assert not links
    assert not [a for _, a in Parsed(page).elements if {"style", "onclick", "onload"} & a.keys()]


def test_the_policy_allows_these_texts_and_nothing_else():
    parsed = Parsed(page_of(apple_price()))
    (policy,) = [
        a["content"]
        for tag, a in parsed.elements
        if a.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    found = {"script": [], "style": []}
    for tag, given, text in parsed.raw:
        if given.get("type") != "application/json":
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            found[tag].append(f"'sha256-{digest}'")
    assert rules["script-src"].split() == found["script"]
    assert rules["style-src"].split() == found["style"]


def test_sentences_and_numbers_of_the_apple():
    parsed = Parsed(page_of(apple_price()))
    text = "".join(parsed.texts)
    assert "apple × count = 100 × 2 = 200." in text
    assert "× passes back gradient × the other input: 1 × 1.1 = 1.1" in text
    assert "2.2000000000000002" not in text
    fields = {a["data-input"]: a["value"] for tag, a in parsed.elements if "data-input" in a}
    assert fields == {"v0": "100", "v1": "2", "v2": "1.1"}
    assert parsed.data["inputs"] == {"v0": 100.0, "v1": 2.0, "v2": 1.1}


@pytest.mark.parametrize("live", [True, False])
def test_a_name_can_do_nothing_but_be_shown(live):
    evil = ag.Variable(3.0 if live else np.ones(3), name=EVIL)
    y = evil * 2.0
    page = page_of(y if live else ag.sum(y))
    plain = page_of(
        (ag.Variable(3.0, name="x") * 2.0) if live else ag.sum(ag.Variable(np.ones(3)) * 2.0)
    )
    parsed = Parsed(page)
    kinds = [tag for tag, _ in parsed.elements]
    assert kinds == [tag for tag, _ in Parsed(plain).elements]
    assert "img" not in kinds
    assert "<img" not in page
    assert "\u2028" not in page.partition('id="data"')[2].partition("</script>")[0]
    said = json.dumps(parsed.data, ensure_ascii=False)
    assert "onerror=alert(1)" in said


@pytest.mark.parametrize("live", [True, False])
def test_a_name_cannot_be_unwritable_or_turn_the_reading_order(live):
    name = "a\ud800b\u202ec"
    x = ag.Variable(3.0 if live else np.ones(3), name=name)
    y = x * 2.0
    y.name = name
    page = page_of(ag.sum(y * 3.0))
    page.encode()
    assert "\u202e" not in page
    assert "\\u202e" not in page
    assert "\\ud800" not in page
    shown = "a\ufffdb\ufffdc"
    parsed = Parsed(page)
    assert sum(shown in text for text in parsed.texts) > 3
    assert shown in json.dumps(parsed.data, ensure_ascii=False)


def test_every_mark_link_and_word_appears_once():
    x = ag.Variable(2.0, name="x")
    e = ag.exp(x)
    graph = ag.describe([e * e + x, ag.sin(e)])
    scene = book_scene(graph)
    shown = [id_ for step in steps_of(graph, scene) for id_ in step.shows]
    layout = lay_out(scene)
    drawn = [m.mark.id for m in layout.marks] + [link.link.id for link in layout.links]
    drawn += {w.id for placed in (*layout.marks, *layout.links) for w in placed.words}
    assert sorted(shown) == sorted(drawn)


def test_values_come_forward_and_gradients_back_one_node_at_a_time():
    graph = ag.describe(apple_price())
    steps = steps_of(graph, book_scene(graph))
    assert [step.at for step in steps] == [None, "f0", "f1", "y0", "f1", "f0", None]
    assert [step.backward for step in steps] == [False] * 3 + [True] * 4
    when = {id_: i for i, step in enumerate(steps) for id_ in step.shows}
    assert (when["e0-over"], when["e2-over"], when["e4-over"]) == (0, 1, 2)
    assert (when["e4-under"], when["e2-under"], when["e0-under"]) == (3, 4, 5)


def test_a_sum_at_a_branch_appears_after_its_parts():
    x = ag.Variable(2.0, name="x")
    e = ag.exp(x)
    graph = ag.describe(e * 3 + ag.sin(e) + x)
    steps = steps_of(graph, book_scene(graph))
    when = {id_: i for i, step in enumerate(steps) for id_ in step.shows}
    uses = [i for i, edge in enumerate(graph.edges) if edge.source == "f0"]
    assert when["sf0_0-under"] == max(when[f"e{i}-under"] for i in uses) + 1
    assert when["v0-1"] > when["e0-under"]


def test_a_graph_without_gradients_goes_forward_only():
    y = ag.Variable(np.ones(2), name="x") * 2
    steps = steps_of(graph := ag.describe(y), book_scene(graph))
    assert not any(step.backward for step in steps)
    assert 'data-input="' not in page_of(y)


def test_after_backward_the_page_is_still_live():
    y = apple_price()
    before = page_of(y)
    y.backward()
    assert page_of(y) == before


def test_a_page_that_is_not_live_says_why():
    text = page_of(ag.sum(ag.Variable(np.ones((2, 2)), name="x")))
    assert "cannot be changed on this page: the graph holds more than single float numbers" in text
    assert "const compute=null;" in text
    assert 'data-input="' not in text


def test_a_hook_makes_a_page_not_live():
    x = ag.Variable(4.0, name="x")
    y = x * x
    y.register_hook(lambda g: np.clip(g, -3, 3))
    text = page_of(y * 3.0)
    assert "cannot be changed on this page: a hook changes gradients" in text
    assert 'data-input="' not in text


def test_a_recorded_choice_is_said():
    a, b = ag.Variable(1.0, name="a"), ag.Variable(2.0, name="b")
    assert "What where chose by a condition stays chosen" in page_of(
        ag.where(a.data < b.data, a, b)
    )


SCRIPT = """
import autograd_lite as ag
from autograd_lite.drawing.book import book_scene
from autograd_lite.drawing.layout.layered import lay_out
from autograd_lite.drawing.page.html import to_html
x, y = ag.Variable(1.5, name="x"), ag.Variable(-0.3)
z = ag.tanh(x * y) + ag.mish(x) ** 2 - ag.fmax(ag.log(x), y)
graph = ag.describe(z)
scene = book_scene(graph)
print(to_html(graph, scene, lay_out(scene)))
"""


def test_the_same_graph_gives_the_same_bytes():
    assert len(printed_by_processes(SCRIPT)) == 1


def test_steps_take_linear_work_and_shared_nodes_stay_shared():
    def calls(n):
        """Count the calls of functions that the steps of n squares take."""
        y = ag.Variable(0.5, name="x")
        for _ in range(n):
            y = y * y + 0.1
        graph = ag.describe(y)
        scene = book_scene(graph)
        profile = cProfile.Profile()
        steps = profile.runcall(steps_of, graph, scene)
        # Two operations and a sum for each square, both ways; inputs, start and end.
        assert len(steps) == 5 * n + 3
        return sum([entry.callcount for entry in profile.getstats()])

    assert calls(200) < 4.2 * calls(50)


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_the_animation_has_a_frame_for_each_step(kind):
    from PIL import Image

    graph = ag.describe(apple_price())
    scene = book_scene(graph)
    layout, steps = lay_out(scene), steps_of(graph, scene)
    content = to_animation(layout, steps, kind)
    assert content == to_animation(layout, steps, kind)
    assert len(content) < 200_000
    image = Image.open(BytesIO(content))
    assert image.n_frames == len(steps)
    inks = []
    for i in range(image.n_frames):
        image.seek(i)
        frame = np.asarray(image.convert("RGB")).astype(int)[: -image.height // 4]
        inks.append(int((frame.sum(axis=2) < 600).sum()))
    assert inks == sorted(inks)  # nothing vanishes
    assert inks[0] < inks[2] < inks[5]


def test_what_an_animation_has_not_come_to_yet_is_faint():
    from PIL import Image

    graph = ag.describe(ag.Variable(3.0, name="x") * 2)
    scene = book_scene(graph)
    layout = lay_out(scene)
    image = Image.open(BytesIO(to_animation(layout, steps_of(graph, scene), "webp")))
    (circle,) = [mark.box for mark in layout.marks if mark.mark.id == "f0"]
    left = (image.width / 2 - layout.width) / 2  # two pixels to a point
    rim = (2 * (left + circle.x), 2 * (circle.y - circle.height / 2))
    box = [round(side) for side in (rim[0] - 3, rim[1] - 3, rim[0] + 3, rim[1] + 3)]
    darkest = []
    for i in range(2):
        image.seek(i)
        darkest.append(int(np.asarray(image.convert("L").crop(box)).min()))
    assert 255 > darkest[0] > 200 > 150 > darkest[1]


def test_too_long_an_animation_is_refused():
    x = ag.Variable(1.0)
    y = x
    for _ in range(200):
        y = y + 1.0
    graph = ag.describe(y)
    scene = book_scene(graph)
    with pytest.raises(ArgumentError, match=r"save as \.html"):
        to_animation(lay_out(scene), steps_of(graph, scene), "gif")
