"use strict";

// NumPy's functions that JavaScript lacks, or has with other answers.
function npRint(x) {
  const below = Math.floor(x), rest = x - below;
  const even = below % 2 === 0 ? below : below + 1;
  return !(rest < 0.5 || rest > 0.5) ? even : rest < 0.5 ? below : below + 1;
}
function npPower(x, y) {
  return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;
}
function npFmax(x, y) {
  return Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.max(x, y);
}
function npFmin(x, y) {
  return Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.min(x, y);
}
function npRemainder(x, y) {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}
function npLogaddexp(x, y) {
  if (x === y) return x + Math.LN2;
  return Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)));
}

// A gradient of exactly 0 that meets an infinite slope stays 0: where nothing arrived, a NaN that a
// rule made itself, out of numbers that are none, is 0 again.
function calm(always, nothing, sent) {
  const fresh = ([gradient, read]) => Number.isNaN(gradient) && !read.some(Number.isNaN);
  const calmed = nothing && (always || sent.some(fresh));
  return sent.map(([gradient]) => (calmed && Number.isNaN(gradient) ? 0 : gradient));
}

// Six significant digits and a power of ten, a number halfway between two taken to the even one.
// JavaScript takes it up; no number that is not halfway agrees with one that is in forty digits.
function rounded(x) {
  const exact = x.toExponential(40);
  const halfway = /^.{6}[02468]50*e/.test(exact);
  return halfway ? exact.slice(0, 7) + exact.slice(exact.indexOf("e")) : x.toExponential(5);
}

// A number for the eye, as the picture itself has them.
function shown(x) {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (x === 0) return "0";
  const [digits, power] = rounded(Math.abs(x)).split("e");
  const exponent = Number(power);
  const trimmed = (text) => (text.includes(".") ? text.replace(/\.?0*$/, "") : text);
  const minus = x < 0 ? "−" : "";
  if (exponent < -4 || exponent > 5) {
    const sign = exponent < 0 ? "−" : "+";
    return `${minus}${trimmed(digits)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const all = "0".repeat(Math.max(0, -exponent)) + digits.replace(".", "");
  const point = Math.max(0, exponent) + 1;
  return minus + trimmed(`${all.slice(0, point)}.${all.slice(point)}`);
}

(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const steps = data.steps;
  const part = (id) => document.getElementById(id);
  const slider = part("slider"), play = part("play"), sentence = part("sentence");
  const items = [...part("steps").children];
  const picture = part("picture");
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  // Marks, links and texts by their ids; the further lines of a text, e3-over-1, with the first.
  const drawn = new Map();
  for (const element of picture.querySelectorAll("[id]")) {
    const id = element.id.replace(/^(\w+-\w+)-\d+$/, "$1");
    drawn.set(id, [...(drawn.get(id) ?? []), element]);
  }
  const isNumber = (id) => /-(over|under)$/.test(id) || data.sums.includes(id);
  const first = new Map();
  steps.forEach((step, i) => step.shows.forEach((id) => first.set(id, i)));

  let now = 0, timer = null, numbers = null;

  function filled(template) {
    if (typeof template === "string") return template;
    return template.map((piece, i) => {
      if (i % 2 === 0) return piece;
      const bracketed = piece.startsWith("(");
      const text = shown(numbers[bracketed ? piece.slice(1) : piece]);
      return bracketed && text.startsWith("−") ? `(${text})` : text;
    }).join("");
  }

  function go(i) {
    now = Math.min(Math.max(i, 0), steps.length - 1);
    slider.value = now + 1;
    slider.setAttribute("aria-valuetext", `${now + 1} of ${steps.length}`);
    part("counter").textContent = `${now + 1} / ${steps.length}`;
    part("previous").disabled = now === 0;
    part("next").disabled = now === steps.length - 1;
    items.forEach((item, k) => {
      if (k === now) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
    for (const [id, elements] of drawn) {
      const since = first.get(id) ?? 0;
      for (const element of elements) {
        if (isNumber(id)) element.classList.toggle("unread", since > now);
        else if (element.tagName === "g") element.classList.toggle("ahead", since > now);
        element.classList.toggle("fresh", since === now && now > 0);
        element.classList.toggle("here", id === steps[now].at);
      }
    }
    say();
    follow();
  }

  function say() {
    const text = filled(steps[now].text);
    if (sentence.textContent !== text) sentence.textContent = text;
    sentence.classList.toggle("backward", steps[now].backward);
  }

  // Where the picture is wider than its box, the place of the step is brought into sight.
  function follow() {
    const target = (drawn.get(steps[now].at) ?? [])[0];
    if (!target || picture.scrollWidth <= picture.clientWidth) return;
    const place = target.getBoundingClientRect(), box = picture.getBoundingClientRect();
    const left = place.left + place.width / 2 - box.left - box.width / 2;
    const top = place.top + place.height / 2 - box.top - box.height / 2;
    picture.scrollBy({ left, top, behavior: still.matches ? "auto" : "smooth" });
  }

  function stop() {
    clearTimeout(timer);
    timer = null;
    play.textContent = "Play";
  }

  function tick() {
    const pause = 1400 + 30 * sentence.textContent.length;
    timer = setTimeout(() => {
      go(now + 1);
      if (now === steps.length - 1) stop();
      else tick();
    }, pause);
  }

  function toggle() {
    if (timer !== null) {
      stop();
      return;
    }
    play.textContent = "Pause";
    go(now === steps.length - 1 ? 0 : now + 1);
    if (now === steps.length - 1) stop();
    else tick();
  }

  function move(i) {
    stop();
    go(i);
  }

  // A picture that is larger than its box, in which it can be read, may also be seen whole.
  function measure() {
    const larger = picture.scrollWidth > picture.clientWidth
      || picture.scrollHeight > picture.clientHeight;
    part("whole").hidden = !larger && !picture.classList.contains("whole");
  }

  part("whole").addEventListener("click", () => {
    const whole = picture.classList.toggle("whole");
    part("whole").setAttribute("aria-pressed", String(whole));
    measure();
    follow();
  });
  window.addEventListener("resize", measure);

  slider.addEventListener("input", () => move(Number(slider.value) - 1));
  part("previous").addEventListener("click", () => move(now - 1));
  part("next").addEventListener("click", () => move(now + 1));
  play.addEventListener("click", toggle);
  items.forEach((item, i) => item.firstElementChild.addEventListener("click", () => move(i)));

  const moves = {
    ArrowRight: () => now + 1, ArrowLeft: () => now - 1, Home: () => 0, End: () => steps.length - 1,
  };
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.tagName === "INPUT") return;
    const scrolls = event.target === picture && picture.scrollWidth > picture.clientWidth;
    if (!(event.key in moves) || scrolls) return;
    event.preventDefault();
    move(moves[event.key]());
  });

  // Scalar graphs: the inputs are live.
  function refresh() {
    const given = {};
    const refused = [];
    for (const field of fields) {
      const x = field.value.trim() === "" ? NaN : Number(field.value);
      field.setAttribute("aria-invalid", String(!Number.isFinite(x)));
      if (!Number.isFinite(x)) refused.push(field.parentElement.firstChild.textContent);
      given[field.dataset.input] = x;
    }
    const [what, need] = [refused.join(", "), refused.length > 1 ? "need numbers" : "needs a number"];
    part("refusal").textContent = refused.length
      ? `${what} ${need} between −1.79e308 and 1.79e308; the picture keeps the last ones.` : "";
    if (refused.length) return;
    numbers = compute(given);
    for (const [id, template] of Object.entries(data.texts)) {
      for (const element of drawn.get(id) ?? []) {
        element.textContent = filled(template);
        element.classList.toggle("bad", !Number.isFinite(numbers[template[1]]));
      }
    }
    items.forEach((item, i) => { item.firstElementChild.textContent = filled(steps[i].text); });
    say();
  }

  const fields = compute === null ? [] : [...document.querySelectorAll("[data-input]")];
  fields.forEach((field) => field.addEventListener("input", refresh));
  if (fields.length) {
    part("reset").addEventListener("click", () => {
      fields.forEach((field) => { field.value = field.defaultValue; });
      refresh();
    });
    part("inputs").hidden = false;
    numbers = compute(data.inputs);
  }
  part("controls").hidden = false;
  part("keys").hidden = false;
  measure();
  go(0);
})();
