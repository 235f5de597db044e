"""The annotator's front end in a browser without JupyterLab, answered by its Python side."""

from standoff.authoring.annotator_widget import Annotator

ADDRESS = "http://annotator.test/"
PAGE = """<!doctype html>
<meta charset="utf-8"><title>Annotator</title>
<style>body {{ margin: 0; padding: 12px; font: 14px/1.4 system-ui, sans-serif }}
body[data-jp-theme-light=false] {{ background: #111 }} {style}</style>
<body data-jp-theme-light="{light}"><div></div>
<script type="module">
import annotator from "./annotator.js";
const held = await askPython(null), listeners = {{}};
const model = {{
  get: (name) => held[name],
  on: (name, call) => (listeners[name] = call),
  off: () => {{}},
  send: async (asked) => {{ Object.assign(held, await askPython(asked)); listeners["change:shown"](); }},
}};
annotator.render({{ model, el: document.querySelector("div") }});
</script>"""
# where the left edge of one character and the right edge of another are on the screen
EDGES = """([start, end]) => {
  const zones = [...document.querySelectorAll(".standoff-annotator .part .words")];
  const box = (at) => {
    const [zone, first] = zones.map((one, number) => [one, window.starts[number]]).findLast(([, first]) => first <= at);
    const walker = document.createTreeWalker(zone, NodeFilter.SHOW_TEXT), range = document.createRange();
    let before = first;
    for (let node; (node = walker.nextNode()); before += node.data.length) {
      if (at < before + node.data.length) {
        range.setStart(node, at - before);
        range.setEnd(node, at - before + 1);
        return range.getBoundingClientRect();
      }
    }
  };
  const [first, last] = [box(start), box(end - 1)];
  return [first.left + 1, first.top + first.height / 2, last.right - 1, last.top + last.height / 2];
}"""


class AnnotatorPage:
    """A page that shows an annotator, and the gestures of a person there."""

    def __init__(self, page, state, light=True):
        self.page, self.widget = page, Annotator(state)
        self.root = page.locator(".standoff-annotator")
        page.expose_function("askPython", self.answer)
        files = {
            "": ("text/html", PAGE.format(style=self.widget._css, light=str(light).lower())),
            "annotator.js": ("text/javascript", self.widget._esm),
        }
        page.route(f"{ADDRESS}**", lambda route: self.serve(route, files))
        page.goto(ADDRESS)
        self.root.wait_for()
        starts = [zone["start"] for zone in self.widget.page["zones"]]
        page.evaluate("starts => (window.starts = starts)", starts)

    def unroll(self):
        """Show the whole text at once, so that nothing has to be scrolled."""
        self.page.add_style_tag(content=".standoff-annotator .desk { height: auto }")

    def serve(self, route, files):
        kind, body = files[route.request.url.removeprefix(ADDRESS)]
        route.fulfill(content_type=f"{kind}; charset=utf-8", body=str(body))

    def answer(self, asked):
        """Carry out what the front end asks for, as in a kernel."""
        if asked is not None:
            self.widget._take(self.widget, asked)
        return {"page": self.widget.page, "shown": self.widget.shown}

    def do(self, gesture):
        """Do what one gesture of `effort_coder` says."""
        getattr(self, gesture.what)(gesture.value)

    def wait(self):
        """Wait until Python has answered."""
        self.page.wait_for_function(
            "() => !document.querySelector('.standoff-annotator').classList.contains('busy')"
        )

    def press(self, key):
        self.page.keyboard.press(key)

    def type(self, words):
        self.page.keyboard.type(words)

    def click(self, control):
        found = self.root.locator(control)
        if found.get_attribute("type") == "radio":
            found = found.locator("xpath=..")
        found.click()

    def choose(self, control_and_option):
        control, option = control_and_option
        self.root.locator(control).select_option(option)

    def point(self, at):
        x, y, *_ = self.page.evaluate(EDGES, [at, at + 1])
        self.page.mouse.click(x, y)

    def drag(self, place):
        x, y, last_x, last_y = self.page.evaluate(EDGES, list(place))
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(last_x, last_y, steps=2)
        self.page.mouse.up()

    def add(self, place):
        self.page.keyboard.down("Control")
        self.drag(place)
        self.page.keyboard.up("Control")
