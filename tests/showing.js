// What a shown page is asked with, beside axe: see showing.py.

const looking = {
  hash(text) {
    let a = 0xdeadbeef, b = 0x41c6ce57;
    for (let i = 0; i < text.length; i++) {
      a = Math.imul(a ^ text.charCodeAt(i), 2654435761);
      b = Math.imul(b ^ text.charCodeAt(i), 1597334677);
    }
    return 4294967296 * (2097151 & b) + (a >>> 0);
  },

  /**
   * Takes out every element of which it holds, for all that stands in it too, that it `isKnown`; for
   * a table's cells and the like only with what holds them. What something that stays refers to stays.
   */
  takeOut(isKnown, stay = () => {}) {
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
      if (named.test(element.localName)) {
        all.forEach(stay);
        return;
      }
      stay(element);
      for (const child of [...element.children]) walk(child);
    };
    for (const child of [...document.body.children]) walk(child);
  },

  /**
   * Takes out what was looked at before: each kind of element seen on an earlier page, or twice on
   * this one. Gives the kinds of this page. Both ways as one text, since the driver is slow with lists.
   */
  thinOut(told) {
    const {classes, known} = JSON.parse(told);
    const styled = new Set(classes), before = new Set(known), times = new Map();
    const kinds = this.kinds = new Map();
    const telling = /^(class|role|type|lang|scope|tabindex|hidden|disabled|aria-(hidden|current|expanded|invalid))$/;
    const geometry = /^(d|points|x|y|x1|x2|y1|y2|cx|cy|r|width|height|transform|href|id|for)$/;
    const own = (element) => `<${element.localName} ` + [...element.attributes]
      .filter((each) => !geometry.test(each.name))
      .map(({name, value}) => name === "class"
        ? value.split(/\s+/).filter((each) => styled.has(each)).sort().join(".")
        : telling.test(name) ? `${name}=${value}` : name).sort().join(" ");
    const name = (element, place) => {
      const kind = this.hash(place + own(element));
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

  /**
   * Finds what is to be asked about at this width and in this theme: elements that show here for the
   * first time on this page, and of those with words of their own two of each look that is not
   * `known` yet. A look is all that contrast goes by: colour, size and weight, and the grounds
   * beneath. Gives how many were found, and the looks; as one text, since the driver is slow with lists.
   */
  fresh(told) {
    const known = new Set(JSON.parse(told)), times = new Map(), grounds = new Map();
    this.shown ??= new Set();
    const found = new Set();
    for (const element of [document.documentElement, document.body, ...document.body.querySelectorAll("*")]) {
      const style = getComputedStyle(element);
      const ground = [style.backgroundColor, style.backgroundImage, style.opacity].join();
      const beneath = (grounds.get(element.parentElement) ?? "")
        + (ground === "rgba(0, 0, 0, 0),none,1" ? "" : ` ${ground}`)
        + (/static|relative/.test(style.position) ? "" : ` ${style.position} ${this.kinds.get(element)}`);
      grounds.set(element, beneath);
      if (!element.checkVisibility({visibilityProperty: true}) || style.clipPath !== "none") continue;
      if (!this.shown.has(element)) found.add(element);
      this.shown.add(element);
      const hasWords = /^(input|select|textarea)$/.test(element.localName)
        || [...element.childNodes].some((each) => each.nodeType === Node.TEXT_NODE && each.data.trim());
      if (!hasWords) continue;
      const size = parseFloat(style.fontSize), isBold = style.fontWeight >= 700;
      const isLarge = size >= 24 || (isBold && size >= 18.66);
      const look = this.hash([style.color, style.fill, isLarge, style.textShadow, beneath].join());
      times.set(look, (times.get(look) ?? 0) + 1);
      if (!known.has(look) && times.get(look) <= 2) found.add(element);
    }
    this.found = [...found].filter((each) => !found.has(each.parentElement));
    return JSON.stringify([this.found.length, [...times.keys()]]);
  },

  /** How wide the page is. */
  width() {
    return document.scrollingElement.scrollWidth;
  },

  /**
   * Small or covered targets with others within 24 px, and what scrolls: each named by all that the
   * rules of layout go by, so that what they were asked about on one page need not be asked on
   * another. Where edges lie further apart than those rules look, it is the same how far.
   */
  crowds() {
    const ENOUGH = 60;
    const at = (...lengths) => lengths
      .map((length) => Math.max(-ENOUGH, Math.min(length, ENOUGH)).toFixed(1)).join();
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
      const around = near.map(({element: {localName}, box: other}) => localName
        + at(other.left - box.left, other.top - box.top, other.right - box.right, other.bottom - box.bottom)
        + at(other.width, other.height));
      return [[element, [element.localName, at(box.width, box.height), ...around.sort()].join(" ")]];
    });
    const scrolling = [...document.body.querySelectorAll("*")].filter((each) =>
      (each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight)
        && /auto|scroll/.test(getComputedStyle(each).overflow))
      .map((each) => [each, `${each.localName}.${each.className} ${each.tabIndex} `
        + each.querySelector("a, button, input, select, textarea, [tabindex]")?.localName]);
    this.crowded = [...crowded, ...scrolling];
    return JSON.stringify(this.crowded.map(([, name]) => name));
  },

  /** What axe finds in the whole page, or only in these elements. */
  async axe(asked, elements = document) {
    const {violations} = await axe.run(elements, {...asked, resultTypes: ["violations"], preload: false});
    return violations.flatMap((fault) =>
      fault.nodes.slice(0, 3).map((node) => `${fault.id}: ${node.html.slice(0, 240)}`));
  },
};
