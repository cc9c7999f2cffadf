// The data_visualization block as SVG, with the numbers beside it as text.
// https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block

import { el, isolated, svg } from "./dom.js";
import { undrawn } from "./rich_text.js";

const [WIDTH, HEIGHT] = [560, 240];
const BOX = { left: 52, right: 10, top: 10, bottom: 34 };
const number = (value) => value.toLocaleString("en", { maximumFractionDigits: 2 });

/** A chart of type pie, bar, line or area. */
export function chart(block) {
  const data = read(block.chart ?? {});
  if (data === null) return undrawn(`data_visualization with ${block.chart?.type ?? "no chart"}`);
  const picture = data.type === "pie" ? pie(data.series[0]) : plot(data);
  const summary = data.series.map(({ name, values }) =>
    `${name ? `${name}: ` : ""}${data.categories.map((label, at) => `${label} ${number(values[at])}`).join(", ")}`).join("; ");
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", `${data.type} chart, ${block.title ?? ""}. ${summary}`.slice(0, 2000));
  return el("figure", { class: "chart" },
    el("figcaption", {}, isolated(String(block.title ?? ""))),
    el("div", { class: "chart-box" }, picture),
    legend(data),
    el("details", {}, el("summary", {}, "Numbers"), numbers(data)));
}

/** Series of finite numbers over the same categories; null if the block is anything else. */
function read(source) {
  if (source.type === "pie") {
    const segments = source.segments ?? [];
    const values = segments.map((segment) => Number(segment.value));
    if (!segments.length || !values.every((value) => Number.isFinite(value) && value > 0)) return null;
    return { type: "pie", categories: segments.map((segment) => String(segment.label)), series: [{ name: "", values }] };
  }
  if (!["bar", "line", "area"].includes(source.type)) return null;
  const categories = (source.axis_config?.categories ?? source.series?.[0]?.data?.map((point) => point.label) ?? []).map(String);
  const series = (source.series ?? []).map(({ name, data }) => {
    const points = new Map((data ?? []).map((point) => [String(point.label), Number(point.value)]));
    return { name: String(name ?? ""), values: categories.map((label) => points.get(label)) };
  });
  const whole = series.length > 0 && categories.length > 0 && series.every(({ values }) => values.every(Number.isFinite));
  return whole ? { type: source.type, categories, series, x: source.axis_config?.x_label, y: source.axis_config?.y_label } : null;
}

/** About four round steps that hold all values and zero. */
function ticks(values) {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const rough = (high - low || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  return Array.from({ length: Math.min(12, last - first + 1) }, (_, at) => (first + at) * step);
}

function plot({ type, categories, series, x, y }) {
  const marks = ticks(series.flatMap(({ values }) => values));
  const [low, high] = [marks[0], marks.at(-1)];
  const [inner, tall] = [WIDTH - BOX.left - BOX.right, HEIGHT - BOX.top - BOX.bottom];
  const across = (at) => BOX.left + (inner * (at + 0.5)) / categories.length;
  const up = (value) => BOX.top + tall * (1 - (value - low) / (high - low));
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "plot" });
  for (const mark of marks) {
    picture.append(
      svg("line", { x1: BOX.left, x2: WIDTH - BOX.right, y1: up(mark), y2: up(mark), class: mark === 0 ? "zero" : "grid" }),
      svg("text", { x: BOX.left - 6, y: up(mark) + 4, class: "tick end" }, Intl.NumberFormat("en", { notation: "compact" }).format(mark)));
  }
  const every = Math.ceil(categories.length / Math.max(1, Math.floor(inner / 62)));
  categories.forEach((label, at) => {
    if (at % every === 0) picture.append(svg("text", { x: across(at), y: HEIGHT - BOX.bottom + 15, class: "tick middle" }, label.length > 11 ? `${label.slice(0, 10)}…` : label));
  });
  if (x) picture.append(svg("text", { x: BOX.left + inner / 2, y: HEIGHT - 4, class: "axis middle" }, String(x)));
  if (y) picture.append(svg("text", { x: -(BOX.top + tall / 2), y: 11, class: "axis middle", transform: "rotate(-90)" }, String(y)));
  const draw = { bar: bars, line: lines, area: areas }[type];
  picture.append(...draw(series, { across, up, slot: inner / categories.length, categories }));
  return picture;
}

function bars(series, { across, up, slot, categories }) {
  const wide = Math.min(46, (slot * 0.76) / series.length);
  return series.flatMap(({ name, values }, which) => values.map((value, at) => {
    const left = across(at) + (which - series.length / 2) * wide;
    const [top, bottom] = [Math.min(up(value), up(0)), Math.max(up(value), up(0))];
    return svg("rect", { x: left + 1, y: top, width: Math.max(1, wide - 2), height: Math.max(0.5, bottom - top), rx: 2, class: `fill c${which % 12}` },
      svg("title", {}, `${name} ${categories[at]}: ${number(value)}`));
  }));
}

const path = (values, { across, up }) => values.map((value, at) => `${at ? "L" : "M"}${across(at)},${up(value)}`).join("");

function lines(series, scale) {
  return series.flatMap(({ name, values }, which) => [
    svg("path", { d: path(values, scale), class: `stroke c${which % 12}` }),
    ...values.map((value, at) => svg("circle", { cx: scale.across(at), cy: scale.up(value), r: 3, class: `fill c${which % 12}` },
      svg("title", {}, `${name} ${scale.categories[at]}: ${number(value)}`)))]);
}

function areas(series, scale) {
  return series.flatMap(({ values }, which) => [
    svg("path", { d: `${path(values, scale)}L${scale.across(values.length - 1)},${scale.up(0)}L${scale.across(0)},${scale.up(0)}Z`, class: `area c${which % 12}` }),
    svg("path", { d: path(values, scale), class: `stroke c${which % 12}` })]);
}

function pie({ values }) {
  const total = values.reduce((sum, value) => sum + value, 0);
  const picture = svg("svg", { viewBox: "-110 -110 220 220", class: "pie" });
  let angle = -Math.PI / 2;
  values.forEach((value, at) => {
    const turn = (value / total) * 2 * Math.PI;
    const point = (where) => `${100 * Math.cos(where)},${100 * Math.sin(where)}`;
    picture.append(values.length === 1
      ? svg("circle", { r: 100, class: "fill c0" })
      : svg("path", { d: `M0,0L${point(angle)}A100,100 0 ${turn > Math.PI ? 1 : 0} 1 ${point(angle + turn)}Z`, class: `fill c${at % 12} slice` }));
    angle += turn;
  });
  return picture;
}

function legend({ type, categories, series }) {
  const total = type === "pie" ? series[0].values.reduce((sum, value) => sum + value, 0) : 0;
  const rows = type === "pie"
    ? categories.map((label, at) => `${label} · ${number(series[0].values[at])} (${Math.round((100 * series[0].values[at]) / total)} %)`)
    : series.map(({ name }) => name);
  if (type !== "pie" && rows.length < 2) return null;
  return el("ul", { class: "legend" }, rows.map((text, at) => el("li", {},
    svg("svg", { viewBox: "0 0 10 10", class: "swatch", "aria-hidden": "true" }, svg("rect", { width: 10, height: 10, rx: 2, class: `fill c${at % 12}` })), isolated(text))));
}

function numbers({ categories, series }) {
  const head = series.length > 1 && el("thead", {}, el("tr", {}, el("td"), series.map(({ name }) => el("th", { scope: "col" }, isolated(name)))));
  return el("div", { class: "table-box", tabIndex: 0 }, el("table", {}, head, el("tbody", {}, categories.map((label, at) => el("tr", {},
    el("th", { scope: "row" }, isolated(label)), series.map(({ values }) => el("td", { class: "number" }, number(values[at]))))))));
}
