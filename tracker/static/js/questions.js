// One more row for a question: a copy of the last one, empty, under its own number. Without script the button sends the form,
// and it comes back with more rows.

function number(row, place) {
  row.querySelectorAll("[name], [id], [aria-label]").forEach((one) => {
    if (one.name) one.name = one.name.replace(/question-\d+/, `question-${place}`);
    if (one.id) one.id = one.id.replace(/question-\d+/, `question-${place}`);
    const label = one.getAttribute("aria-label");
    if (label) one.setAttribute("aria-label", label.replace(/第\d+项/, `第${place + 1}项`));
  });
  row.querySelector("td.num").textContent = place + 1;
}

for (const table of document.querySelectorAll("table[data-more-rows]")) {
  const body = table.querySelector("tbody");
  const more = document.querySelector("[data-more-rows-button]");
  if (!more) continue;
  more.type = "button";
  more.addEventListener("click", () => {
    const row = body.lastElementChild.cloneNode(true);
    number(row, body.children.length);
    row.querySelectorAll("input[type='text']").forEach((input) => {
      input.value = "";
    });
    row.querySelector("select").selectedIndex = 0;
    row.querySelector("input[type='checkbox']").checked = true;
    body.append(row);
    row.querySelector("input").focus();
    more.hidden = body.children.length >= Number(table.dataset.moreRows);
  });
}
