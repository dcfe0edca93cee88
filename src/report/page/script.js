"use strict";
// Nothing is only here: the page says everything without it.
(() => {
  const zh = document.documentElement.lang.startsWith("zh");
  const say = (chinese, english) => (zh ? chinese : english);
  const SHOWN = 50;

  // opens everything around what a link leads to
  const reveal = (id) => {
    const target = id && document.getElementById(id);
    if (!target) return;
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView({ block: "start" });
  };
  const revealHash = () => reveal(decodeURIComponent(location.hash.slice(1)));
  addEventListener("hashchange", revealHash);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link) reveal(link.getAttribute("href").slice(1));
  });
  revealHash();

  // paper has everything that the style prints; an older browser cannot print what is folded and opens it for a while
  if (!CSS.supports("selector(details::details-content)")) {
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = [...document.querySelectorAll(".whole details:not([open])")];
      for (const details of opened) details.open = true;
    });
    addEventListener("afterprint", () => {
      for (const details of opened) details.open = false;
    });
  }

  // a table sorts by the heading that is pressed; pressed again, the other way round
  const words = new Intl.Collator(zh ? "zh-CN" : "en");
  // numbers in a code are made equally long, so that P2 comes before P10
  const natural = (text) => text.replace(/\d+/g, (digits) => digits.padStart(12, "0"));
  const plain = /^[\x20-\x7e]*$/;
  const key = (row, column) => {
    const cell = row.cells[column];
    const number = cell.dataset.v;
    if (number !== undefined) return number === "" ? null : Number(number);
    return cell.classList.contains("amount") ? Number(cell.textContent) : natural(cell.textContent);
  };
  const compare = (a, b) => {
    if (a === null || b === null) return (a === null) - (b === null);
    if (typeof a === "number") return a - b;
    // codes are many and compare fast; only other words need the rules of a language
    return plain.test(a) && plain.test(b) ? (a > b) - (a < b) : words.compare(a, b);
  };
  const sort = (table, heading) => {
    const column = heading.cellIndex;
    const down = heading.getAttribute("aria-sort") === "ascending";
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row) => [key(row, column), row]);
    rows.sort(([a], [b]) => (down && a !== null && b !== null ? compare(b, a) : compare(a, b)));
    for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    // taken out first, a long table is laid out once and not row by row
    body.remove();
    body.append(...rows.map(([, row]) => row));
    table.append(body);
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    for (const heading of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = heading.textContent;
      button.addEventListener("click", () => sort(table, heading));
      heading.replaceChildren(button);
    }
  }

  // the search hides rows and lists the complaints that fit
  const tools = document.getElementById("tools");
  const label = document.createElement("label");
  label.textContent = say("查找姓名、编号、单位、工单 ", "find a name, code, unit or complaint ");
  const field = document.createElement("input");
  field.type = "search";
  field.id = "find";
  label.append(field);
  const found = document.createElement("span");
  found.setAttribute("role", "status");
  const hits = document.createElement("ul");
  hits.id = "hits";
  const all = document.querySelector("#all");
  const rows = Array.from(all.tBodies[0].rows, (row) => [row.textContent.toLowerCase(), row]);
  const records = Array.from(document.querySelectorAll("details.record"), (record) => {
    const text = record.querySelector("summary").textContent;
    return [text.toLowerCase(), text, record];
  });
  const find = () => {
    const wanted = field.value.trim().toLowerCase();
    let left = 0;
    for (const [text, row] of rows) {
      const fits = text.includes(wanted);
      row.hidden = !fits;
      left += fits;
    }
    const fitting = wanted === "" ? [] : records.filter(([text]) => text.includes(wanted));
    hits.replaceChildren(...fitting.slice(0, SHOWN).map(([, text, record]) => {
      const link = document.createElement("a");
      link.href = "#" + record.id;
      const who = record.closest("details.who").querySelector("summary b").textContent;
      link.textContent = who + " · " + text;
      const item = document.createElement("li");
      item.append(link);
      return item;
    }));
    const more = fitting.length > SHOWN ? say("，列出前 " + SHOWN + " 件", ", of which " + SHOWN + " are listed") : "";
    found.textContent = wanted === "" ? "" : say(
      left + " 张卡，" + fitting.length + " 处记录" + more,
      left + " cards, " + fitting.length + " places in the records" + more);
  };
  let waiting = 0;
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(find, 120); });
  const fold = (open, text) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", () => {
      for (const details of document.querySelectorAll("#drill details")) details.open = open;
    });
    return button;
  };
  tools.append(label, found, fold(true, say("全部展开", "open all")), fold(false, say("全部收起", "close all")), hits);
  tools.hidden = false;
})();
