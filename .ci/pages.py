"""Opens a report in a headless browser over the DevTools protocol and does with it what a reader does.

    python3 .ci/pages.py CHROMIUM FOLDER zh|en

Standard library only: the browser is spoken to through two pipes (--remote-debugging-pipe)."""

import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

PATIENCE = 60


class Browser:
    def __init__(self, program, profile):
        ours_read, theirs_write = os.pipe()
        theirs_read, ours_write = os.pipe()

        def pipes():
            # the browser reads from 3 and writes to 4; first out of the way of each other
            read, write = os.dup(theirs_read), os.dup(theirs_write)
            read, write = os.dup2(read, 30), os.dup2(write, 31)
            os.dup2(read, 3)
            os.dup2(write, 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions",
             "--disable-background-networking", f"--user-data-dir={profile}", "--remote-debugging-pipe"],
            preexec_fn=pipes, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs_read)
        os.close(theirs_write)
        os.set_blocking(ours_read, False)
        self.read, self.write, self.rest = ours_read, ours_write, b""
        self.number, self.events, self.session = 0, [], None

    def message(self, until):
        while b"\0" not in self.rest:
            if time.time() > until:
                raise SystemExit("the browser does not answer")
            try:
                piece = os.read(self.read, 1 << 20)
            except BlockingIOError:
                time.sleep(0.01)
                continue
            if not piece:
                raise SystemExit("the browser went away")
            self.rest += piece
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **params):
        self.number += 1
        asked = {"id": self.number, "method": method, "params": params}
        if self.session:
            asked["sessionId"] = self.session
        os.write(self.write, json.dumps(asked).encode() + b"\0")
        until = time.time() + PATIENCE
        while True:
            said = self.message(until)
            if said.get("id") == self.number:
                if "error" in said:
                    raise SystemExit(f"{method}: {said['error']}")
                return said["result"]
            self.events.append(said)

    def wait_for(self, event):
        until = time.time() + PATIENCE
        while not any(said.get("method") == event for said in self.events):
            self.events.append(self.message(until))

    def open(self, address):
        self.events = [said for said in self.events if said.get("method") != "Page.loadEventFired"]
        self.call("Page.navigate", url=address)
        self.wait_for("Page.loadEventFired")

    def ask(self, script):
        said = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in said:
            raise SystemExit(f"{script}: {said['exceptionDetails']}")
        return said["result"].get("value")


def check(what, holds):
    if not holds:
        raise SystemExit(f"{sys.argv[2]}: {what}")


SEARCH = """(async () => {
  const rows = [...document.querySelectorAll("#all tbody tr")];
  const word = rows[rows.length >> 1].cells[1].textContent;
  const field = document.getElementById("find");
  field.value = word;
  field.dispatchEvent(new Event("input"));
  await new Promise((done) => setTimeout(done, 400));
  const fits = rows.filter((row) => row.textContent.toLowerCase().includes(word.toLowerCase()));
  const seen = rows.filter((row) => row.offsetParent !== null);
  field.value = "";
  field.dispatchEvent(new Event("input"));
  await new Promise((done) => setTimeout(done, 400));
  const again = rows.filter((row) => row.offsetParent !== null).length;
  return { right: fits.length === seen.length && fits.every((row) => seen.includes(row)), few: seen.length < rows.length,
    some: seen.length > 0, again: again === rows.length };
})()"""

FIND_RECORD = """(async () => {
  const record = document.querySelector("details.record");
  const word = record.querySelector("summary").textContent.trim().split(" ")[0];
  const field = document.getElementById("find");
  field.value = word;
  field.dispatchEvent(new Event("input"));
  await new Promise((done) => setTimeout(done, 400));
  const link = document.querySelector("#hits a");
  link.click();
  const target = document.getElementById(link.getAttribute("href").slice(1));
  const opened = target.open && target.offsetParent !== null;
  field.value = "";
  field.dispatchEvent(new Event("input"));
  await new Promise((done) => setTimeout(done, 400));
  return opened;
})()"""

SORT = """(() => {
  const table = document.getElementById("all");
  const column = 4;
  const press = () => table.tHead.rows[0].cells[column].querySelector("button").click();
  const values = () => [...table.tBodies[0].rows].map((row) => row.cells[column].dataset.v).filter((v) => v !== "").map(Number);
  press();
  const up = values();
  press();
  const down = values();
  const rises = up.every((v, place) => place === 0 || up[place - 1] <= v);
  const falls = down.every((v, place) => place === 0 || down[place - 1] >= v);
  return up.length > 1 && up.length === down.length && rises && falls;
})()"""

# from the table to the subject, to a complaint, to a fact of it
DRILL = """(async () => {
  const [openAll, closeAll] = document.querySelectorAll("#tools button");
  const all = [...document.querySelectorAll("#drill details")];
  openAll.click();
  if (!all.every((details) => details.open)) return "not everything opens";
  closeAll.click();
  if (all.some((details) => details.open)) return "not everything closes";
  const seen = (element) => element.getClientRects().length > 0 && element.checkVisibility({ contentVisibilityAuto: true });
  const fact = [...document.querySelectorAll(".facts li")].find((fact) => !fact.closest("details.who").parentElement.matches("section"));
  const deepest = fact || document.querySelector(".facts li");
  if (seen(deepest)) return "a fact is seen before anything is opened";
  const subject = deepest.closest("details.who");
  document.querySelector(`#all a[href="#${subject.id}"]`).click();
  await new Promise((done) => setTimeout(done, 50));
  if (!subject.open) return "the link of the table does not open its subject";
  const record = deepest.closest("details.record");
  record.querySelector("summary").click();
  return seen(deepest) && deepest.textContent.length > 0 ? "" : "the fact is not seen";
})()"""

# every text against what lies behind it
CONTRAST = """(() => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (parts(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const faint = new Set();
  for (const element of document.querySelectorAll("body *:not(script):not(style):not(title)")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own) continue;
    const style = getComputedStyle(element);
    const colour = element instanceof SVGElement ? style.fill : style.color;
    const [one, other] = [light(colour), light(behind(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) faint.add(`${element.tagName}.${element.className} ${colour} on ${behind(element)}: ${ratio.toFixed(2)}`);
  }
  return [...faint];
})()"""

ORDER = """(() => {
  const levels = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].map((heading) => Number(heading.tagName[1]));
  const jumps = levels.filter((level, place) => place > 0 && level > levels[place - 1] + 1);
  const tables = [...document.querySelectorAll("table")];
  const bare = tables.filter((table) => !table.querySelector("th[scope]"));
  const charts = [...document.querySelectorAll("svg")];
  const mute = charts.filter((chart) => !chart.querySelector("title") || !chart.getAttribute("aria-label"));
  return { first: levels[0], jumps: jumps.length, bare: bare.length, charts: charts.length, mute: mute.length };
})()"""


def main():
    program, folder, language = sys.argv[1:]
    address = (pathlib.Path(folder) / "report.html").resolve().as_uri()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        try:
            target = browser.call("Target.createTarget", url="about:blank")["targetId"]
            browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ["Page", "Runtime", "Log", "Network"]:
                browser.call(f"{domain}.enable")
            read(browser, address, language)
        finally:
            browser.process.kill()
            browser.process.wait()


def printed(browser):
    """How many sheets of paper the page takes."""
    paper = base64.b64decode(browser.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    check("it does not print", paper.startswith(b"%PDF-"))
    return paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ")


def read(browser, address, language):
    browser.open(address)
    check("the language of the page is wrong", browser.ask("document.documentElement.lang").startswith(language))
    found = browser.ask(SEARCH)
    check(f"the search does not show what fits: {found}", all(found.values()))
    check("a complaint that is searched for does not open", browser.ask(FIND_RECORD))
    check("the table does not sort", browser.ask(SORT))
    said = browser.ask(DRILL)
    check(said, said == "")
    order = browser.ask(ORDER)
    check(f"headings, tables or charts are not said: {order}",
          order["first"] == 1 and order["charts"] > 1 and not (order["jumps"] or order["bare"] or order["mute"]))
    for scheme in ["light", "dark"]:
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        faint = browser.ask(CONTRAST)
        check(f"{scheme}: too little contrast: {faint}", not faint)
    # folded, it is printed whole all the same; not so where the page says that it would be too much
    browser.ask("for (const details of document.querySelectorAll('details')) details.open = false")
    whole = printed(browser)
    check("it does not print", whole >= 2)
    browser.ask("document.querySelector('main.whole').classList.remove('whole')")
    check("what is folded is not printed", printed(browser) < whole)

    # with the script off everything is there, and opens
    facts = browser.ask("document.querySelectorAll('.facts li').length")
    check("there are no facts", facts > 0)
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(address)
    root = browser.call("DOM.getDocument", depth=0)["root"]["nodeId"]
    count = len(browser.call("DOM.querySelectorAll", nodeId=root, selector=".facts li")["nodeIds"])
    check(f"without script {count} of {facts} facts are there", count == facts)
    tools = browser.call("DOM.querySelector", nodeId=root, selector="#tools[hidden]:empty")["nodeId"]
    check("without script there are tools that do nothing", tools != 0)
    summary = browser.call("DOM.querySelector", nodeId=root, selector="details.who > summary")["nodeId"]
    browser.call("DOM.scrollIntoViewIfNeeded", nodeId=summary)
    corners = browser.call("DOM.getBoxModel", nodeId=summary)["model"]["content"]
    for kind in ["mousePressed", "mouseReleased"]:
        browser.call("Input.dispatchMouseEvent", type=kind, x=corners[0] + 20, y=(corners[1] + corners[5]) / 2,
                     button="left", clickCount=1)
    opened = browser.call("DOM.querySelector", nodeId=root, selector="details.who[open]")["nodeId"]
    check("without script nothing opens", opened != 0)

    for said in browser.events:
        method, params = said.get("method"), said.get("params", {})
        if method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
            raise SystemExit(f"the console says {params}")
        if method == "Log.entryAdded":
            # the one thing that is expected: the script is blocked where scripts are off
            raise SystemExit(f"the log says {params['entry']}")
        if method == "Network.requestWillBeSent":
            asked = params["request"]["url"]
            check(f"something is fetched: {asked}", asked.split("#")[0] == address)


main()
