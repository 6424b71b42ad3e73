// The grid as one stop of the Tab key: arrow keys move among its cells and to the head of the row, Home and End along the
// row, with Ctrl to the corners.

function cellsOf(table) {
  const rows = [...table.tHead.rows, ...table.tBodies[0].rows];
  return rows.map((row) => Array.from(row.cells).map((cell) => cell.querySelector("a")));
}

const isCell = (link) => Boolean(link) && link.classList.contains("cell");

function place(cells, link) {
  for (let row = 0; row < cells.length; row += 1) {
    const column = cells[row].indexOf(link);
    if (column >= 0) return [row, column];
  }
  return null;
}

// The next cell that holds anything, in one direction.
function next(cells, [row, column], [down, right]) {
  let [at, over] = [row + down, column + right];
  while (cells[at] && over >= 0 && over < cells[at].length) {
    if (cells[at][over]) return cells[at][over];
    at += down;
    over += right;
  }
  return null;
}

function edge(links, last) {
  const filled = links.filter(isCell);
  return last ? filled[filled.length - 1] : filled[0];
}

function target(cells, here, event) {
  const ways = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
  if (ways[event.key]) return next(cells, here, ways[event.key]);
  if (event.key === "Home" || event.key === "End") {
    const links = event.ctrlKey ? cells.flat() : cells[here[0]];
    return edge(links, event.key === "End");
  }
  return null;
}

// A sticky head or first column would cover a cell that scrolls in under it.
function uncover(table, link) {
  const box = table.closest(".grid-scroll");
  const head = table.tHead.getBoundingClientRect();
  const side = table.tBodies[0].rows[0].cells[0].getBoundingClientRect();
  const foot = table.tFoot ? table.tFoot.getBoundingClientRect().height : 0;
  const [cell, view] = [link.getBoundingClientRect(), box.getBoundingClientRect()];
  const over = { top: view.top + head.height - cell.top, bottom: cell.bottom + foot - view.bottom, left: view.left + side.width - cell.left, right: cell.right - view.right };
  if (over.top > 0) box.scrollTop -= over.top + 2;
  else if (over.bottom > 0) box.scrollTop += over.bottom + 4;
  if (over.left > 0) box.scrollLeft -= over.left + 2;
  else if (over.right > 0) box.scrollLeft += over.right + 4;
}

function follow(table) {
  const cells = cellsOf(table);
  const links = cells.flat().filter(Boolean);
  if (!links.length) return;
  const stop = (link) => links.forEach((other) => other.setAttribute("tabindex", other === link ? "0" : "-1"));
  stop(links.find(isCell) || links[0]);
  table.closest(".grid-scroll").setAttribute("tabindex", "-1");
  table.addEventListener("keydown", (event) => {
    const here = place(cells, event.target);
    if (!here || event.altKey || event.metaKey) return;
    const link = target(cells, here, event);
    if (!link && !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    if (!link) return;
    stop(link);
    link.focus({ preventScroll: true });
    uncover(table, link);
  });
  table.addEventListener("focusin", (event) => {
    if (links.includes(event.target)) stop(event.target);
  });
  const keys = table.closest(".grid-block").querySelector("[data-grid-keys]");
  if (keys) keys.hidden = false;
}

export function start(root) {
  root.querySelectorAll("table[data-grid]").forEach(follow);
}
