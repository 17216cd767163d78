// What charts share: the page's own colours, and axes drawn in them.
window.swCharts = (() => {
  "use strict";
  const colour = (name) => {
    // A custom property that holds light-dark() reads back unresolved, so a probe is asked.
    const probe = document.createElement("i");
    probe.className = `sw-probe-${name}`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const axis = () => {
    const text = colour("text");
    return {
      axisLine: { lineStyle: { color: colour("line") } },
      axisTick: { show: false },
      axisLabel: { color: text, fontSize: 12 },
      splitLine: { lineStyle: { color: colour("line") } },
      nameTextStyle: { color: text },
    };
  };
  // One SVG chart for a box; the old one is kept while its box stands.
  const chartOf = (box, held) =>
    held && !held.isDisposed() && held.getDom() === box
      ? held
      : window.echarts.init(box, null, { renderer: "svg" });
  const font = () => ({ fontFamily: getComputedStyle(document.body).fontFamily });
  return { colour, axis, chartOf, font };
})();
