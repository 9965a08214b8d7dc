// What a shown page is asked with, beside axe: see showing.py.

const looking = {
  /** What of each element's look decides whether it can be seen and read, for one width and theme. */
  look() {
    return new Map([...document.body.querySelectorAll("*")].map((element) => {
      const style = getComputedStyle(element);
      return [element, [
        element.checkVisibility({visibilityProperty: true}), style.clipPath, style.position,
        style.color, style.backgroundColor, style.backgroundImage, style.opacity, style.fill,
        style.fontSize, style.fontWeight, style.textShadow, style.overflowX,
      ].join()];
    }));
  },

  /**
   * Takes out every element of which it holds, for all that stands in it too, that it `isKnown`; for
   * a table's cells and the like only with what holds them. What something that stays refers to stays.
   */
  takeOut(isKnown, stays = () => {}) {
    const pointing = ["for", "aria-labelledby", "aria-describedby", "aria-controls", "list"];
    const referring = document.querySelectorAll(pointing.map((name) => `[${name}]`).join());
    const held = [...referring].flatMap((each) => pointing
      .flatMap((name) => (each.getAttribute(name) ?? "").split(" ").filter(Boolean))
      .map((id) => [each, document.getElementById(id)]).filter(([, target]) => target));
    const fixed = /^(option|label|legend|summary|caption|th|td|dt|dd|title|desc|tbody|thead)$/;
    const named = /^(a|button|label|legend|summary|caption|th|dt|svg|select|figure)$/;
    const walk = (element) => {
      const all = [element, ...element.querySelectorAll("*")];
      if (!fixed.test(element.localName) && all.every(isKnown)
        && !held.some(([from, to]) => element.contains(to) && !element.contains(from))) {
        element.remove();
        return;
      }
      stays(element);
      if (!named.test(element.localName)) for (const child of [...element.children]) walk(child);
    };
    for (const child of [...document.body.children]) walk(child);
  },

  /**
   * Takes out what was looked at before: each kind of element seen on an earlier page, or twice on
   * this one. Gives the kinds of this page. Both ways as one text, since the driver is slow with lists.
   */
  thinOut(told) {
    const {classes, known} = JSON.parse(told);
    const styled = new Set(classes), before = new Set(known), times = new Map(), kinds = new Map();
    const telling = /^(class|role|type|lang|scope|tabindex|hidden|disabled|aria-(hidden|current|expanded|invalid))$/;
    const geometry = /^(d|points|x|y|x1|x2|y1|y2|cx|cy|r|width|height|transform|href|id|for)$/;
    const hash = (text) => {
      let a = 0xdeadbeef, b = 0x41c6ce57;
      for (let i = 0; i < text.length; i++) {
        a = Math.imul(a ^ text.charCodeAt(i), 2654435761);
        b = Math.imul(b ^ text.charCodeAt(i), 1597334677);
      }
      return 4294967296 * (2097151 & b) + (a >>> 0);
    };
    const own = (element) => `<${element.localName} ` + [...element.attributes]
      .filter((each) => !geometry.test(each.name))
      .map(({name, value}) => name === "class"
        ? value.split(/\s+/).filter((each) => styled.has(each)).sort().join(".")
        : telling.test(name) ? `${name}=${value}` : name).sort().join(" ");
    const name = (element, place) => {
      const kind = hash(place + own(element));
      kinds.set(element, kind);
      for (const child of element.children) name(child, `${kind}`);
    };
    name(document.body, "");
    const seen = (kind) => times.get(kind) ?? 0;
    this.takeOut(
      (element) => before.has(kinds.get(element)) || seen(kinds.get(element)) > 1,
      (element) => times.set(kinds.get(element), seen(kinds.get(element)) + 1),
    );
    return JSON.stringify([...new Set(kinds.values())]);
  },

  /** Remembers how the page looks on a phone in this theme. */
  remember(theme) {
    (this.looks ??= {})[theme] = this.look();
  },

  /** Whether the theme's look differs from the remembered one, element by element. */
  compare(theme) {
    const now = this.look();
    this.changed ??= new Set();
    for (const [element, look] of now) {
      if (this.looks[theme].get(element) !== look) this.changed.add(element);
    }
  },

  /** Takes out what looks the same as on a phone, in each theme that was compared. Is anything left? */
  leaveChanged() {
    this.takeOut((element) => !this.changed.has(element));
    return document.body.childElementCount > 0;
  },

  /**
   * How wide the page is. And small or covered targets with others within 24 px, and what scrolls:
   * each named by all that the rules of layout go by, so that what they were asked about on one page
   * need not be asked on another.
   */
  room() {
    const at = (...lengths) => lengths.map((length) => length.toFixed(1)).join();
    const within = (one, other, room) => one.left - room < other.right && other.left < one.right + room
      && one.top - room < other.bottom && other.top < one.bottom + room;
    const targets = [...document.querySelectorAll("a, button, input, select, textarea, summary, [tabindex]")]
      .filter((each) => each.tabIndex >= 0 && each.checkVisibility({visibilityProperty: true}))
      .map((element) => ({element, box: element.getBoundingClientRect()}));
    const crowded = targets.flatMap(({element, box}) => {
      const near = targets.filter((other) => within(box, other.box, 24)
        && !element.contains(other.element) && !other.element.contains(element));
      const isSmall = box.width < 24 || box.height < 24;
      if (!near.some((other) => isSmall || within(box, other.box, 0))) return [];
      const around = near.map(({element: {localName}, box: other}) =>
        localName + at(other.left - box.left, other.top - box.top, other.width, other.height));
      return [[element, [element.localName, at(box.width, box.height), ...around.sort()].join(" ")]];
    });
    const scrolling = [...document.body.querySelectorAll("*")].filter((each) =>
      (each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight)
        && /auto|scroll/.test(getComputedStyle(each).overflow))
      .map((each) => [each, `${each.localName}.${each.className} ${each.tabIndex} `
        + each.querySelector("a, button, input, select, textarea, [tabindex]")?.localName]);
    this.crowded = [...crowded, ...scrolling];
    return JSON.stringify([document.scrollingElement.scrollWidth, this.crowded.map(([, name]) => name)]);
  },

  /** What axe finds on the page, or only in those of the crowds, by their numbers. */
  async axe({only, ...asked}) {
    const {violations} = await axe.run(only ? only.map((number) => this.crowded[number][0]) : document, {
      ...asked, resultTypes: ["violations"], preload: false,
    });
    return violations.flatMap((fault) =>
      fault.nodes.slice(0, 3).map((node) => `${fault.id}: ${node.html.slice(0, 240)}`));
  },
};
