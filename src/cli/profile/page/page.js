"use strict";
// Draws the profile that stands in the page as JSON. What a model names is only ever set as text.
const profile = JSON.parse(document.getElementById("profile").textContent);
const page = document.getElementById("page");
const kColours = ["#2f6db3", "#d9822b", "#3a9463", "#b5485d", "#7b61b8", "#8f6b3d", "#c96aa8", "#2a9aa5",
  "#94a12e", "#5b6b8c", "#d0604c", "#4f8f2f"];
const kOther = "#9aa4a0";

function made(name, space, attributes, children) {
  const element = space ? document.createElementNS("http://www.w3.org/2000/svg", name)
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
const html = (name, attributes = {}, ...children) => made(name, false, attributes, children);
const svg = (name, attributes = {}, ...children) => made(name, true, attributes, children);
const tip = text => svg("title", {}, text);

const micros = us => us >= 1e6 ? (us / 1e6).toFixed(2) + " s" : us >= 1000 ? (us / 1000).toFixed(2) + " ms"
  : us.toFixed(us < 10 ? 2 : 1) + " µs";
const bytes = n => n >= 1e6 ? (n / 1e6).toFixed(2) + " MB" : n >= 1000 ? (n / 1000).toFixed(1) + " kB" : n + " B";
const percent = part => (100 * part).toFixed(1) + " %";
const shaped = node => node.type + " [" + node.shape.join(", ") + "]";
const shortened = (text, width) => text.length > width ? text.slice(0, width - 1) + "…" : text;

const colours = new Map(profile.types.map((type, i) => [type.op, kColours[i] || kOther]));
const colourOf = op => colours.get(op) || kOther;
const place = node => (profile.memory.arenas.length > 1 ? node.subgraph + ":" : "") + node.index;
const toldOf = node => `${node.op}  #${place(node)}\n${node.name}\n${shaped(node)}\n` +
  `${micros(node.median_us)} (${percent(node.part)})` +
  (node.calls > 1 ? `, ${node.calls} calls` : "") + (node.kernel ? `\n${node.kernel}` : "") +
  (node.note ? `\n${node.note}` : "");

function section(title, about, ...children) {
  page.append(html("h2", {}, title), html("p", { class: "about" }, about), ...children);
}

function legend() {
  const out = html("div", { class: "legend" });
  for (const type of profile.types.slice(0, kColours.length))
    out.append(html("span", {}, html("i", { style: `background:${colourOf(type.op)}` }), type.op));
  if (profile.types.length > kColours.length)
    out.append(html("span", {}, html("i", { style: `background:${kOther}` }), "others"));
  return out;
}

/// Rows of [class or "", cell]; a cell is text or an element.
function table(widths, head, rows) {
  const line = (cell, [kind, content], title) => html(cell, { class: kind, title: title || "" }, content);
  return html("table", {},
    html("colgroup", {}, ...widths.map(width => html("col", { style: `width:${width}` }))),
    html("thead", {}, html("tr", {}, ...head.map(h => line("th", h)))),
    html("tbody", {}, ...rows.map(row => html("tr", {},
      ...row.map(c => line("td", c, typeof c[1] === "string" ? c[1] : ""))))));
}

function bar(part, most, colour) {
  return html("span", { class: "bar", style: `width:${most > 0 ? 100 * part / most : 0}%;background:${colour}` });
}

function summary() {
  document.title = "Profile of " + profile.model.split("/").pop();
  const tile = (value, what) => html("div", { class: "tile" }, html("b", {}, value), html("span", {}, what));
  const memory = profile.memory;
  page.append(html("h1", {}, profile.model.split("/").pop()),
    html("p", { class: "about" }, `${profile.threads} thread${profile.threads > 1 ? "s" : ""}, kernels up to ` +
      `${profile.isa}, ${profile.numerics} numerics, Samara ${profile.version}`),
    html("div", { class: "tiles" },
      tile(micros(profile.plain.median_us), `median of ${profile.plain.runs} runs`),
      tile(micros(profile.plain.p90_us), "p90"),
      tile(micros(profile.watched.median_us), `median of ${profile.watched.runs} watched runs`),
      tile(String(profile.nodes.length), "nodes"),
      tile(bytes(memory.constant_bytes), "weights in the file"),
      tile(bytes(memory.packed_bytes), "packed and folded"),
      tile(bytes(memory.arena_bytes), "arena"),
      tile(memory.resident_mb.toFixed(1) + " MB", "the process grew by")));
}

function byType() {
  const most = Math.max(...profile.types.map(type => type.median_us), 0);
  section("Time by operator", "Sums of the medians of all nodes of a kind, in one inference; a loop's body counts for itself.",
    table(["17rem", "5rem", "6rem", "7rem", "6rem", "auto"],
      [["", "operator"], ["number", "nodes"], ["number", "calls"], ["number", "time"], ["number", "part"], ["", ""]],
      profile.types.map(type => [["code", type.op], ["number", String(type.nodes)],
        ["number", String(Math.round(type.calls * 100) / 100)], ["number", micros(type.median_us)],
        ["number", percent(type.part)], ["", bar(type.median_us, most, colourOf(type.op))]])));
}

function slowest() {
  const nodes = profile.nodes.filter(node => node.part > 0).sort((a, b) => b.part - a.part).slice(0, 20);
  const most = nodes.length ? nodes[0].part : 0;
  let sum = 0;
  section("Slowest nodes", "The twenty that take most; below each other they add up to the last column.",
    table(["4rem", "12rem", "15rem", "16rem", "6rem", "5rem", "auto", "5rem"],
      [["number", "node"], ["", "operator"], ["", "writes"], ["", "kernel"], ["number", "time"], ["number", "part"],
        ["", ""], ["number", "so far"]],
      nodes.map(node => {
        sum += node.part;
        return [["number", place(node)], ["code", node.op], ["", node.name || shaped(node)], ["code", node.kernel],
          ["number", micros(node.median_us)], ["number", percent(node.part)],
          ["", bar(node.part, most, colourOf(node.op))], ["number", percent(sum)]];
      })));
}

/// Ticks at round numbers, at most `count` of them, up to `most`.
function ticks(most, count) {
  if (!(most > 0)) return [0];
  const rough = most / count, power = Math.pow(10, Math.floor(Math.log10(rough)));
  const step = [1, 2, 5, 10].map(f => f * power).find(s => s >= rough);
  const out = [];
  for (let at = 0; at <= most; at += step) out.push(at);
  return out;
}

function drawTimeline(zoom) {
  const line = profile.timeline, left = 78, wide = 1100 * zoom, row = 26;
  const deepest = Math.max(0, ...line.calls.map(call => call[1]));
  const workers = line.threads.length - 1, height = (deepest + 1 + workers) * row + 30;
  const x = us => left + (wide - left - 10) * us / line.us;
  const out = svg("svg", { width: wide, height, role: "img", "aria-label": "timeline of one run" });
  for (const at of ticks(line.us, 9 * zoom)) {
    out.append(svg("line", { class: "grid", x1: x(at), x2: x(at), y1: 0, y2: height - 20 }),
      svg("text", { class: "faint", x: x(at) + 2, y: height - 6 }, micros(at)));
  }
  for (const [index, depth, start, us] of line.calls) {
    const node = profile.nodes[index], width = Math.max(0.7, x(start + us) - x(start) - 0.4);
    out.append(svg("rect", { x: x(start), y: depth * row + 3, width, height: row - 5, rx: 2,
      fill: colourOf(node.op) }, tip(`${micros(start)} to ${micros(start + us)}\n${toldOf(node)}`)));
    if (width > 46)
      out.append(svg("text", { x: x(start) + 4, y: depth * row + 18, style: "fill:#fff;pointer-events:none" },
        shortened(node.op, Math.floor(width / 7.4))));
  }
  for (let worker = 1; worker <= workers; ++worker) {
    const y = (deepest + worker) * row + 3;
    out.append(svg("text", { class: "faint", x: 4, y: y + 15 }, "worker " + worker));
    for (const [start, us] of line.threads[worker])
      out.append(svg("rect", { x: x(start), y, width: Math.max(0.7, x(start + us) - x(start)), height: row - 5,
        fill: "#6b7772" }, tip(`${micros(start)} to ${micros(start + us)}`)));
  }
  out.append(svg("text", { class: "faint", x: 4, y: 18 }, "session"));
  return out;
}

function timeline() {
  if (!profile.timeline) return;
  const box = html("div", { class: "box", id: "timeline" }, drawTimeline(1));
  const buttons = html("div", { class: "buttons" });
  for (const zoom of [1, 4, 16]) {
    const button = html("button", { type: "button", "aria-pressed": zoom === 1 }, zoom + "×");
    button.addEventListener("click", () => {
      box.replaceChildren(drawTimeline(zoom));
      for (const other of buttons.children) other.setAttribute("aria-pressed", other === button);
    });
    buttons.append(button);
  }
  section("One run, in order", `The watched run of median length, ${micros(profile.timeline.us)}` +
    (profile.threads > 1 ? "; below it, when the pool's other threads worked." : "."), buttons, box, legend());
}

function drawMemory(arena) {
  const tensors = profile.memory.tensors.filter(t => t.subgraph === arena.subgraph && t.bytes > 0);
  const nodes = profile.nodes.filter(node => node.subgraph === arena.subgraph);
  const end = Math.max(nodes.length, ...tensors.map(t => t.last)) + 1;
  const left = 78, wide = Math.max(1180, left + end * 2), height = 380, top = 8;
  const x = at => left + (wide - left - 10) * at / end;
  const y = offset => top + (height - top - 26) * offset / Math.max(1, arena.planned_bytes);
  const out = svg("svg", { width: wide, height, role: "img", "aria-label": "memory plan" });
  for (const at of ticks(arena.planned_bytes, 5))
    out.append(svg("line", { class: "grid", x1: left, x2: wide - 10, y1: y(at), y2: y(at) }),
      svg("text", { class: "faint", x: 4, y: y(at) + 4 }, bytes(at)));
  for (const at of ticks(end, 14).filter(at => at % 1 === 0))
    out.append(svg("text", { class: "faint", x: x(at), y: height - 8 }, String(at)));
  for (const t of tensors) {
    const from = Math.max(0, t.first), writer = nodes[from], takes = t.in_place_of !== undefined;
    out.append(svg("rect", { x: x(from) + 0.3, y: y(t.offset), width: Math.max(1, x(t.last + 1) - x(from) - 0.6),
      height: Math.max(1, y(t.offset + t.bytes) - y(t.offset) - 0.6), rx: 1.5,
      fill: writer ? colourOf(writer.op) : kOther, "fill-opacity": takes ? 0.55 : 0.85 },
    tip(`${t.name}\n${bytes(t.bytes)} at ${t.offset}\nnodes ${t.first} to ${t.last}` +
      (takes ? `\nin place of tensor ${t.in_place_of}` : ""))));
  }
  const mark = x(Math.max(0, arena.most_live_at) + 0.5);
  out.append(svg("line", { class: "mark", x1: mark, x2: mark, y1: 0, y2: height - 24 }));
  return out;
}

function memoryPlan() {
  for (const arena of profile.memory.arenas) {
    const share = arena.planned_bytes ? arena.most_live_bytes / arena.planned_bytes : 1;
    section(profile.memory.arenas.length > 1 ? `Memory plan of subgraph ${arena.subgraph}` : "Memory plan",
      `Each box is a tensor: left to right the nodes during which it lives, top to bottom where it lies. ` +
      `At most ${bytes(arena.most_live_bytes)} live at once (red line, node ${arena.most_live_at}); the plan ` +
      `takes ${bytes(arena.planned_bytes)}, so ${percent(share)} of it is needed. Coloured by who writes it.`,
      html("div", { class: "box" }, drawMemory(arena)), legend());
  }
}

/// White to red by the part of the slowest.
function heat(part) {
  const hot = Math.sqrt(part), mix = (a, b) => Math.round(a + (b - a) * hot);
  return `rgb(${mix(255, 196)},${mix(255, 40)},${mix(255, 27)})`;
}

/// Rows from inputs to outputs; within a row by where a node's inputs come from.
function layout(nodes) {
  const writer = new Map(), row = new Map(), rows = [], edges = [];
  for (const node of nodes) {
    const from = new Set(node.inputs.filter(t => writer.has(t)).map(t => writer.get(t)));
    row.set(node, 1 + Math.max(-1, ...[...from].map(n => row.get(n))));
    for (const n of from) edges.push([n, node]);
    for (const t of node.outputs) writer.set(t, node);
    (rows[row.get(node)] ||= []).push(node);
  }
  const x = new Map();
  const parents = new Map();
  for (const [from, to] of edges) parents.set(to, [...(parents.get(to) || []), from]);
  for (const list of rows) {
    const wish = node => {
      const above = parents.get(node) || [];
      return above.length ? above.reduce((sum, n) => sum + x.get(n), 0) / above.length : 0;
    };
    const sorted = list.map(node => [wish(node), node]).sort((a, b) => a[0] - b[0]);
    const middle = sorted.reduce((sum, [at]) => sum + at, 0) / sorted.length;
    sorted.forEach(([at, node], i) => x.set(node, sorted.length === 1 ? at
      : middle + (i - (sorted.length - 1) / 2)));
  }
  return { row, rows, edges, x };
}

function drawGraph(subgraph) {
  const nodes = profile.nodes.filter(node => node.subgraph === subgraph);
  const { row, rows, edges, x } = layout(nodes);
  const boxWide = 214, boxHigh = 34, stepX = 230, stepY = 54;
  const least = Math.min(0, ...x.values()), most = Math.max(0, ...x.values());
  const wide = Math.max(1180, (most - least + 1) * stepX + 160), height = rows.length * stepY + 20;
  const shift = (wide - (most - least) * stepX) / 2;
  const centre = node => shift + (x.get(node) - least) * stepX;
  const topOf = node => 10 + row.get(node) * stepY;
  const slowestPart = Math.max(1e-12, ...nodes.map(node => node.part));
  const out = svg("svg", { width: wide, height, role: "img", "aria-label": "graph coloured by time" });
  for (const [from, to] of edges) {
    const x1 = centre(from), y1 = topOf(from) + boxHigh, x2 = centre(to), y2 = topOf(to);
    const far = row.get(to) - row.get(from) > 1 ? boxWide / 2 + 16 + 3 * Math.min(20, row.get(to) - row.get(from)) : 0;
    out.append(svg("path", { class: "edge", d: far
      ? `M${x1},${y1} C${x1 + far},${y1 + 12} ${x1 + far},${y1 + 12} ${x1 + far},${y1 + 40} L${x2 + far},${y2 - 30} ` +
        `C${x2 + far},${y2 - 8} ${x2 + far},${y2 - 8} ${x2},${y2}`
      : `M${x1},${y1} C${x1},${y1 + 12} ${x2},${y2 - 12} ${x2},${y2}` }));
  }
  for (const node of nodes) {
    const at = centre(node) - boxWide / 2, y = topOf(node), hot = node.part / slowestPart;
    const ink = hot > 0.3 ? "fill:#fff" : "";
    out.append(svg("g", {}, svg("rect", { x: at, y, width: boxWide, height: boxHigh, rx: 4, fill: heat(hot),
      stroke: node.note ? "#b7c2bd" : "#66726d", "stroke-dasharray": node.note ? "3 2" : "none" }),
    svg("text", { x: at + 7, y: y + 14, style: ink + ";font-weight:600" },
      shortened(`${node.index} ${node.op}`, 28)),
    svg("text", { x: at + 7, y: y + 27, style: ink }, node.note ? shortened(node.note, 30)
      : `${micros(node.median_us)} · ${percent(node.part)} · [${shortened(node.shape.join(","), 16)}]`),
    tip(toldOf(node))));
  }
  return out;
}

function graph() {
  const subgraphs = [...new Set(profile.nodes.map(node => node.subgraph))];
  if (!subgraphs.length) return;
  const box = html("div", { class: "box tall", id: "graph" });
  const buttons = html("div", { class: "buttons" });
  const show = subgraph => {
    box.replaceChildren(drawGraph(subgraph));
    box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
    for (const button of buttons.children)
      button.setAttribute("aria-pressed", button.textContent === "subgraph " + subgraph);
  };
  for (const subgraph of subgraphs) {
    const button = html("button", { type: "button" }, "subgraph " + subgraph);
    button.addEventListener("click", () => show(subgraph));
    buttons.append(button);
  }
  section("The graph, coloured by time", "White takes nothing, red as much as the slowest node. Dashed boxes are not " +
    "computed in a run: folded, or needed by nobody.", ...(subgraphs.length > 1 ? [buttons] : []), box);
  show(subgraphs[0]);
}

function everything() {
  const rows = profile.nodes.map(node => [["number", place(node)], ["code", node.op], ["", node.name],
    ["", shaped(node)], ["code", node.kernel || node.note], ["number", micros(node.median_us)],
    ["number", micros(node.least_us)], ["number", percent(node.part)], ["number", bytes(node.out_bytes)]]);
  page.append(html("details", {}, html("summary", {}, `All ${rows.length} nodes in run order`),
    table(["4rem", "13rem", "15rem", "13rem", "13rem", "6rem", "6rem", "5rem", "6rem"],
      [["number", "node"], ["", "operator"], ["", "writes"], ["", "type and shape"], ["", "kernel"],
        ["number", "median"], ["number", "least"], ["number", "part"], ["number", "bytes"]], rows)));
}

function before() {
  const most = Math.max(...profile.steps.map(step => step.us), 0);
  section("Before the first run", "What a program waits for once.",
    table(["28rem", "7rem", "auto"], [["", "step"], ["number", "time"], ["", ""]],
      profile.steps.map(step => [["", step.name], ["number", micros(step.us)],
        ["", bar(step.us, most, "#5b6b8c")]])));
}

summary();
byType();
slowest();
timeline();
memoryPlan();
graph();
before();
everything();
