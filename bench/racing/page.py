"""The race as one page that needs nothing else: bars of each model's medians, and the tables' text."""

import html

COLOURS = {"samara": "#0a7f5a", "samara_reference": "#7cc4a8", "litert": "#e8710a", "openvino": "#3566c9",
           "onnxruntime": "#8a8a8a", "mnn": "#b04a9b"}
STYLE = """body{font:15px/1.45 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}pre{overflow-x:auto;font-size:12px}
figure{margin:1rem 0}figcaption{font-weight:600}.key span{margin-right:1.2em}
text{font:12px system-ui,sans-serif}"""
BAR, GAP, LEFT, WIDE = 16, 3, 130, 640


def bars(cells, names, clock):
    """One model's competitors, the longest as long as the picture is wide."""
    found = [(n, cells[n][clock]["p50"], cells[n][clock]["p90"]) for n in names if clock in cells.get(n, {})]
    longest = max(p90 for _, _, p90 in found)
    lines = []
    for i, (name, middle, late) in enumerate(found):
        y, scale = i * (BAR + GAP), WIDE / longest
        lines.append(f'<text x="{LEFT - 6}" y="{y + 12}" text-anchor="end">{name}</text>'
                     f'<rect x="{LEFT}" y="{y}" width="{middle * scale:.1f}" height="{BAR}" '
                     f'fill="{COLOURS.get(name, "#999")}"/>'
                     f'<line x1="{LEFT + middle * scale:.1f}" x2="{LEFT + late * scale:.1f}" y1="{y + BAR / 2}" '
                     f'y2="{y + BAR / 2}" stroke="#1c1c1c"/>'
                     f'<text x="{LEFT + late * scale + 6:.1f}" y="{y + 12}">{middle:.3f} ms</text>')
    height = len(found) * (BAR + GAP)
    return (f'<svg role="img" viewBox="0 0 {LEFT + WIDE + 90} {height}" width="{LEFT + WIDE + 90}" '
            f'height="{height}">{"".join(lines)}</svg>')


def render(results, kinds, options, facts, text):
    parts = ["<!doctype html><html lang=en><meta charset=utf-8><title>The race</title>",
             f"<style>{STYLE}</style><h1>The race</h1><p>{html.escape(facts['cpu'])}. ",
             html.escape(facts["load"].replace("**", "")), ".</p><p>Bars are medians; the line after a bar "
             "reaches to the slowest tenth.</p>"]
    for threads in options.threads:
        parts.append(f"<h2>{threads} thread{'s' if threads > 1 else ''}</h2>")
        for (model, count), cells in results.items():
            if count == threads and any(options.clock in cell for cell in cells.values()):
                parts.append(f"<figure><figcaption>{html.escape(model)} ({kinds[model]})</figcaption>"
                             f"{bars(cells, options.competitors, options.clock)}</figure>")
    return "".join(parts) + f"<h2>Tables</h2><pre>{html.escape(text)}</pre></html>\n"


def write(path, *parts):
    with open(path, "w", encoding="utf-8") as file:
        file.write(render(*parts))
    print(f"A page with charts is in {path}")
