"""The page in a real browser: moved, played, read back, and compared with the engine."""

from __future__ import annotations

import shutil
import time

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.drawing.book import book_scene
from autograd_lite.drawing.labels import number
from autograd_lite.drawing.layout.layered import lay_out
from autograd_lite.drawing.page.html import to_html

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None or DRIVER is None, reason="chromium or chromedriver is not installed"
)
SWITCHES = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
EVIL = "</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*SWITCHES.split(), f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


class Page:
    """What a person does with the page, and sees."""

    def __init__(self, driver, path, y, **options):
        graph = ag.describe(y, **options)
        scene = book_scene(graph)
        path.write_text(to_html(graph, scene, lay_out(scene)), encoding="utf-8")
        self.driver, self.graph = driver, graph
        driver.get(path.as_uri())

    def find(self, id_):
        return self.driver.find_element("id", id_)

    def slide(self, value):
        self.driver.execute_script(
            "const s=document.getElementById('slider');s.value=arguments[0];"
            "s.dispatchEvent(new Event('input',{bubbles:true}))",
            value,
        )

    def last(self):
        self.slide(int(self.find("slider").get_attribute("max")))

    def press(self, key):
        self.driver.find_element("css selector", "body").send_keys(key)

    def type(self, input_, text):
        from selenium.webdriver.common.keys import Keys

        field = self.driver.find_element("css selector", f"[data-input={input_}]")
        field.send_keys(Keys.CONTROL, "a", Keys.NULL, Keys.DELETE, text)

    def text(self, id_):
        return self.driver.execute_script(
            "return document.getElementById(arguments[0]).textContent", id_
        )

    def seen(self, id_):
        script = "return getComputedStyle(document.getElementById(arguments[0])).visibility"
        return self.driver.execute_script(script, id_) == "visible"

    @property
    def step(self):
        return int(self.find("slider").get_attribute("value"))

    @property
    def sentence(self):
        return self.text("sentence")

    @property
    def errors(self):
        return self.driver.get_log("browser")


@pytest.fixture
def open_page(driver, tmp_path):
    pages = []

    def opened(y, **options):
        driver.get_log("browser")
        pages.append(Page(driver, tmp_path / "page.html", y, **options))
        return pages[-1]

    yield opened
    assert pages[-1].errors == []


def price(name="apple"):
    apple, count = ag.Variable(100.0, name=name), ag.Variable(2.0, name="count")
    return apple * count * ag.Variable(1.1, name="tax")


def test_the_slider_reveals_forward_then_backward(open_page):
    page = open_page(price())
    assert page.step == 1
    assert page.seen("e0-over")
    assert not page.seen("e2-over")
    page.slide(3)
    assert page.sentence == "200 × tax = 200 × 1.1 = 220."
    assert page.seen("e4-over")
    assert not page.seen("e4-under")
    page.slide(5)
    assert page.sentence.startswith("× passes back gradient × the other input: 1 × 1.1 = 1.1")
    assert page.seen("e2-under")
    assert not page.seen("e0-under")
    page.last()
    assert page.seen("e0-under")
    assert page.text("counter") == "7 / 7"


def test_keys_and_buttons(open_page):
    from selenium.webdriver.common.keys import Keys

    page = open_page(price())
    page.press(Keys.ARROW_RIGHT)
    page.press(Keys.ARROW_RIGHT)
    assert page.step == 3
    page.press(Keys.ARROW_LEFT)
    assert page.step == 2
    page.press(Keys.END)
    assert page.step == 7
    page.press(Keys.HOME)
    assert page.step == 1
    page.find("next").click()
    page.find("next").click()
    page.find("previous").click()
    assert page.step == 2
    page.find("steps").find_elements("tag name", "button")[4].click()
    assert page.step == 5
    field = page.driver.find_element("css selector", "[data-input=v0]")
    field.send_keys(Keys.ARROW_LEFT)
    assert page.step == 5  # inside a field, keys belong to the field


def test_everything_is_reached_by_the_tab_key(open_page):
    from selenium.webdriver.common.keys import Keys

    page = open_page(price())
    reached = []
    for _ in range(12):
        page.driver.switch_to.active_element.send_keys(Keys.TAB)
        element = page.driver.switch_to.active_element
        reached.append(element.get_attribute("id") or element.get_attribute("data-input"))
    wanted = ["picture", "play", "next", "slider", "v0", "v1", "v2", "reset"]
    assert [name for name in reached if name in wanted] == wanted


def test_names_for_screen_readers(open_page):
    page = open_page(price())
    tree = page.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    named = {
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in tree
        if not node.get("ignored")
    }
    for role, name in [
        ("button", "Previous step"), ("button", "Play"), ("button", "Next step"),
        ("slider", "Step"), ("spinbutton", "apple"), ("region", "Computation graph"),
        ("group", "Steps"), ("image", "Computation graph"),
    ]:  # fmt: skip
        assert (role, name) in named, (role, name)
    assert any(role == "status" for role, _ in named)


def test_play_goes_on_by_itself_and_pauses(open_page):
    page = open_page(price())
    page.driver.execute_script("window.real=setTimeout;window.setTimeout=(f)=>real(f,30)")
    page.find("play").click()
    deadline = time.monotonic() + 10
    while page.step < 7 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert page.step == 7
    assert page.find("play").text == "Play"
    page.find("play").click()  # from the end, once more from the start
    page.driver.execute_script("window.setTimeout=()=>0")
    page.find("play").click()
    assert page.step < 7


def test_a_changed_price_changes_everything(open_page):
    page = open_page(price())
    page.last()
    page.type("v0", "101")
    shown = {id_: page.text(id_) for id_ in ("e2-over", "e4-over", "e1-under", "e3-under")}
    assert [text.split()[-1] for text in shown.values()] == ["202", "222.2", "111.1", "202"]
    assert page.sentence.endswith("apple 2.2, count 111.1 and tax 202.")
    said = [item.text for item in page.find("steps").find_elements("tag name", "li")]
    assert said[1] == "apple × count = 101 × 2 = 202."
    assert said[4].startswith("× passes back gradient × the other input: 1 × 1.1 = 1.1")
    page.type("v0", "")
    field = page.driver.find_element("css selector", "[data-input=v0]")
    assert field.get_attribute("aria-invalid") == "true"
    assert page.text("refusal").startswith("apple needs a number")
    assert page.text("e4-over") == "222.2"  # half a number changes nothing
    page.find("reset").click()
    assert page.text("e4-over") == "220"
    assert field.get_attribute("aria-invalid") == "false"
    assert page.text("refusal") == ""


def test_too_large_a_number_is_refused_in_words(open_page):
    page = open_page(price())
    page.type("v1", "1e400")
    assert page.text("refusal").startswith("count needs a number")
    assert page.find("refusal").get_attribute("role") == "status"
    page.type("v1", "3")
    assert page.text("refusal") == ""


def formula(kind):
    def build(a, b, c):
        x, y, z = (ag.Variable(v, name=n) for v, n in zip((a, b, c), "xyz", strict=True))
        if kind == "branch":
            e = ag.exp(x)
            return [x, y, z], e * e + e * y + ag.sin(e * z)
        if kind == "kinks":
            return [x, y, z], ag.relu(x) + ag.maximum(y, z) - ag.abs(x * y) + ag.clip(z, -1, 1)
        if kind == "poles":
            return [x, y, z], ag.sqrt(x) * z + ag.log(y) / z + x**y + ag.hypot(x, z)
        return [x, y, z], ag.mish(x) + ag.gelu(y) * ag.softplus(z) + ag.sinc(x) + ag.logaddexp(y, z)

    return build


@pytest.mark.parametrize("kind", ["branch", "kinks", "poles", "smooth"])
def test_all_numbers_are_the_engines_after_changes(open_page, kind):
    build = formula(kind)
    page = open_page(build(1.3, 0.7, 2.2)[1])
    page.last()
    order = {n.name: n.id for n in page.graph.nodes if n.kind == "input"}
    for values in [(0.5, 1.5, -0.25), (0.0, 2.0, 0.0), (-1.0, 0.0, 1.0), (2.0, 2.0, 2.0)]:
        for name, value in zip("xyz", values, strict=True):
            page.type(order[name], repr(value))
        with np.errstate(all="ignore"):
            _, y = build(*values)
            graph = ag.describe(y)
        for i, edge in enumerate(graph.edges):
            over = f"e{i}-over"
            if page.driver.find_elements("id", over):
                assert page.text(over).endswith(number(float(edge.value))), (kind, values, over)
            if edge.gradient is not None:
                under = page.text(f"e{i}-under")
                assert under.split()[-1] == number(float(edge.gradient)), (kind, values, i)


def test_numbers_are_rounded_as_in_python(open_page):
    page = open_page(price())
    rng = np.random.default_rng(5)
    numbers = [
        1000.125,
        1000.375,
        0.0,
        -0.0,
        1e5,
        123456.0,
        999999.5,
        1e6,
        1e-4,
        9.99999e-5,
        0.1 + 0.2,
        -2.5,
        1e300,
    ]
    numbers += (rng.normal(size=300) * 10.0 ** rng.integers(-8, 9, 300)).tolist()
    found = page.driver.execute_script("return arguments[0].map(shown)", numbers)
    assert found == [number(x) for x in numbers]
    odd = page.driver.execute_script("return [NaN, Infinity, -Infinity].map(shown)")
    assert odd == [number(x) for x in (np.nan, np.inf, -np.inf)]


def test_a_number_that_is_none_is_marked(open_page):
    page = open_page(ag.log(ag.Variable(2.0, name="x")) * 2)
    page.last()
    page.type("v0", "-1")
    assert page.text("e1-over") == "NaN"
    assert "bad" in page.find("e1-over").get_attribute("class")
    page.type("v0", "1")
    assert "bad" not in page.find("e1-over").get_attribute("class")


def test_a_name_does_nothing(open_page):
    page = open_page(price(EVIL))
    assert page.driver.find_elements("tag name", "img") == []
    assert page.driver.find_element("css selector", "fieldset label").text.startswith(EVIL)
    page.last()
    page.type("v0", "101")
    assert EVIL in page.sentence
    assert page.driver.find_elements("tag name", "img") == []
    assert page.driver.execute_script("return performance.getEntriesByType('resource').length") == 0


def test_the_policy_stops_a_foreign_script(open_page):
    page = open_page(price())
    page.driver.execute_script(
        "const s=document.createElement('script');s.textContent='window.bad=1';"
        "document.body.append(s);document.body.insertAdjacentHTML('beforeend',"
        "'<img src=x onerror=window.bad=2>')"
    )
    time.sleep(0.2)
    assert page.driver.execute_script("return window.bad ?? null") is None
    assert any("Content Security Policy" in entry["message"] for entry in page.errors)


def test_arrays_are_shown_but_not_live(open_page):
    x = ag.Variable(np.ones((2, 3)), name="X")
    page = open_page(ag.mean(ag.tanh(x @ ag.Variable(np.ones((3, 2)), name="W"))))
    assert page.driver.find_elements("css selector", "[data-input]") == []
    page.last()
    assert "cannot be changed on this page" in page.driver.find_element("tag name", "main").text


def test_a_phone_needs_no_sideways_scrolling(open_page):
    size = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    page = open_page(price())
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        page.driver.refresh()
        width = page.driver.execute_script("return document.documentElement.scrollWidth")
        assert width <= 360
        for button in page.driver.find_elements("css selector", "#controls button"):
            assert button.rect["height"] >= 44
        height = page.driver.execute_script(
            "return document.getElementById('e0-over').getBoundingClientRect().height"
        )
        assert height >= 9
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def layers(count):
    """Return a graph that is wider than any screen."""
    y = ag.Variable(0.3, name="x")
    for _ in range(count):
        y = ag.tanh(y * 0.5 + 0.1)
    return y


@pytest.mark.parametrize(("width", "wide"), [(360, False), (1000, False), (1800, True)])
@pytest.mark.parametrize("count", [1, 8])
def test_letters_can_be_read_on_every_screen(open_page, width, wide, count):
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    page = open_page(layers(count))
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        page.driver.refresh()
        page.driver.execute_script("window.dispatchEvent(new Event('resize'))")
        told = """
        const p = document.getElementById('picture'), svg = p.querySelector('svg');
        const scale = svg.getScreenCTM().a;
        const size = (text) => scale * text.getAttribute('font-size');
        const sizes = [...svg.querySelectorAll('text')].map(size);
        return [Math.min(...sizes), Math.max(...sizes), p.scrollWidth > p.clientWidth,
                p.getBoundingClientRect().width, document.documentElement.scrollWidth];"""
        least, most, scrolls, box, whole = page.driver.execute_script(told)
        assert least >= 10.9
        assert most < 40
        assert whole <= width
        assert box > (1500 if wide else 0)
        button = page.find("whole")
        assert button.is_displayed() == scrolls
        if scrolls:
            assert least < 11.2  # only what has shrunk all it may
            button.click()
            assert not page.driver.execute_script(told)[2]
            assert button.get_attribute("aria-pressed") == "true"
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_there_is_paper_behind_words_on_lines(open_page, scheme):
    page = open_page(price())
    feature = [{"name": "prefers-color-scheme", "value": scheme}]
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": feature})
    try:
        grounds = page.driver.execute_script(
            "const e=document.getElementById('e2-over').previousElementSibling;"
            "const s=getComputedStyle(e);"
            "const body=getComputedStyle(document.body);"
            "return [e.tagName, s.fill, body.backgroundColor, s.visibility]"
        )
        assert grounds == ["rect", grounds[2], grounds[2], "hidden"]  # no number is there yet
        page.last()
        script = (
            "return getComputedStyle(document.getElementById('e2-over').previousElementSibling)"
        )
        assert page.driver.execute_script(f"{script}.visibility") == "visible"
    finally:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def contrast(one, other):
    """Return how far two colours stand apart, as accessibility guidelines measure it."""
    lights = []
    for colour in (one, other):
        parts = np.array([int(part) for part in colour.strip("rgba()").split(",")[:3]]) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        lights.append(float(linear @ [0.2126, 0.7152, 0.0722]) + 0.05)
    return max(lights) / min(lights)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out_in_light_and_dark(open_page, scheme):
    page = open_page(price())
    feature = [{"name": "prefers-color-scheme", "value": scheme}]
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": feature})
    try:
        page.last()
        colours = page.driver.execute_script(
            "const s=(e)=>getComputedStyle(document.querySelector(e));"
            "return [s('body').backgroundColor, s('#e0-over').fill, s('#e0-under').fill,"
            "s('#v0-0').fill, s('body').color, s('.legend').color]"
        )
        paper, *inks = colours
        assert (contrast(paper, "rgb(0,0,0)") < 2) == (scheme == "dark")
        for ink in inks:
            assert contrast(paper, ink) >= 4.5, (scheme, ink)
    finally:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
