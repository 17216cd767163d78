// The chosen figure over time, beside the period before and the target.
(() => {
  "use strict";
  const box = document.getElementById("report-chart");
  const data = JSON.parse(document.getElementById("report-chart-data").textContent);
  const { colour, axis, chartOf, font } = window.swCharts;
  const sign = data.unit === "share" ? "%" : data.unit === "seconds" ? "s" : "";
  let chart = null;

  const draw = () => {
    chart = chartOf(box, chart);
    const common = axis();
    const legend = [box.dataset.name, box.dataset.before];
    const series = [
      {
        name: box.dataset.name, type: data.unit === "count" ? "bar" : "line", data: data.values,
        barMaxWidth: 36, symbolSize: 6, itemStyle: { color: colour("primary"), borderRadius: [3, 3, 0, 0] },
        lineStyle: { color: colour("primary"), width: 2 },
      },
      {
        name: box.dataset.before, type: "line", data: data.before, symbol: "none",
        itemStyle: { color: colour("text") }, lineStyle: { color: colour("text"), width: 1.5, type: "dashed" },
      },
    ];
    if (data.goal !== null) {
      legend.push(box.dataset.goal);
      series.push({
        name: box.dataset.goal, type: "line", data: data.labels.map(() => data.goal), symbol: "none",
        itemStyle: { color: colour("safe") }, lineStyle: { color: colour("safe"), width: 1.5, type: "dotted" },
      });
    }
    chart.setOption({
      animation: false,
      textStyle: font(),
      tooltip: {
        trigger: "axis", renderMode: "richText",
        valueFormatter: (value) => (value === null || value === undefined ? "—" : `${value}${sign}`),
      },
      legend: { top: 4, right: 16, itemWidth: 18, itemHeight: 8, data: legend, textStyle: { color: colour("text") } },
      grid: { left: 56, right: 24, top: 40, bottom: 28 },
      xAxis: { ...common, type: "category", data: data.labels },
      yAxis: {
        ...common, type: "value", minInterval: data.unit === "count" ? 1 : 0,
        max: data.unit === "share" ? 100 : null,
        min: data.unit === "share" ? (range) => Math.max(0, Math.floor(range.min) - 1) : 0,
        axisLabel: { ...common.axisLabel, formatter: `{value}${sign}` },
      },
      series,
    });
  };

  window.addEventListener("resize", () => chart?.resize());
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  draw();
})();
