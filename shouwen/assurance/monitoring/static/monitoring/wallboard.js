// The wall's clock, its hourly chart, and the word on how fresh its figures are.
(() => {
  "use strict";
  const STALE_SECONDS = 6;
  const language = document.documentElement.lang;
  // The centre works by one clock, wherever the wall hangs.
  const timeZone = "Asia/Shanghai";
  const clock = document.getElementById("wall-clock");
  const day = document.getElementById("wall-day");
  const live = document.getElementById("wall-live");
  let refreshedAt = Date.now();
  let chart = null;

  const { colour, axis: drawnAxis, chartOf, font } = window.swCharts;

  const tick = () => {
    const now = new Date();
    clock.textContent = now.toLocaleTimeString(language, { hour12: false, timeZone });
    clock.dateTime = now.toISOString();
    day.textContent = now.toLocaleDateString(language, {
      month: "long", day: "numeric", weekday: "long", timeZone,
    });
    const isStale = (Date.now() - refreshedAt) / 1000 > STALE_SECONDS;
    if (isStale !== (live.dataset.state === "stale")) {
      live.dataset.state = isStale ? "stale" : "live";
      const at = new Date(refreshedAt).toLocaleTimeString(language, { hour12: false, timeZone });
      live.lastChild.textContent = isStale ? ` ${live.dataset.stale} ${at}` : ` ${live.dataset.live}`;
    }
  };

  const draw = () => {
    const box = document.getElementById("hourly");
    const data = document.getElementById("hourly-data");
    if (!box || !data || !window.echarts) return;
    const rows = JSON.parse(data.textContent);
    chart = chartOf(box, chart);
    const text = colour("text");
    const axis = drawnAxis();
    const byHour = (name) => Array.from({ length: 24 }, (_, hour) => rows[hour]?.[name] ?? null);
    chart.setOption({
      animation: false,
      textStyle: font(),
      tooltip: { trigger: "axis", renderMode: "richText" },
      legend: { top: 4, right: 16, itemWidth: 16, itemHeight: 8, textStyle: { color: text } },
      grid: { left: 48, right: 52, top: 40, bottom: 28 },
      xAxis: {
        ...axis, type: "category",
        data: Array.from({ length: 24 }, (_, hour) => `${hour}${box.dataset.hour}`),
        axisLabel: { ...axis.axisLabel, interval: 1 },
      },
      yAxis: [
        { ...axis, type: "value", minInterval: 1 },
        {
          ...axis, type: "value", max: 100, min: (range) => Math.max(0, Math.floor(range.min) - 1),
          splitLine: { show: false }, axisLabel: { ...axis.axisLabel, formatter: "{value}%" },
        },
      ],
      series: [
        {
          name: box.dataset.contacts, type: "bar", data: byHour("queued"), barWidth: "58%",
          itemStyle: { color: colour("primary"), borderRadius: [3, 3, 0, 0] },
        },
        {
          name: box.dataset.rate, type: "line", yAxisIndex: 1, symbolSize: 6,
          data: byHour("rate").map((rate) => (rate === null ? null : Math.round(rate * 1000) / 10)),
          lineStyle: { color: colour("safe"), width: 2 }, itemStyle: { color: colour("safe") },
        },
      ],
    });
  };

  document.body.addEventListener("htmx:afterSettle", () => {
    refreshedAt = Date.now();
    draw();
  });
  window.addEventListener("resize", () => chart?.resize());
  tick();
  setInterval(tick, 1000);
  draw();
})();
