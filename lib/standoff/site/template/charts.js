// Draws each chart live in the place of its static picture; without scripts the picture stays.
for (const box of document.querySelectorAll(".chart")) {
  const spec = JSON.parse(box.querySelector("script").textContent);
  const live = box.appendChild(document.createElement("div"));
  vegaEmbed(live, spec, { actions: false, renderer: "svg", ast: true, tooltip: { theme: "custom" } })
    .then(() => { box.querySelector("img").hidden = true; box.dataset.drawn = "yes"; })
    .catch((error) => { live.remove(); console.error(error); });
}
