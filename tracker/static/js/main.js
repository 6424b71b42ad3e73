// The one script of every page. Each module looks for its own attributes and makes a page that already works more pleasant.
import { start as autosave } from "./autosave.js";
import { start as confirm } from "./confirm.js";
import { start as copy } from "./copy.js";
import { start as counter } from "./counter.js";
import { start as day } from "./day.js";
import { start as filter } from "./filter.js";
import { start as frame } from "./frame.js";
import { start as grid } from "./grid.js";
import { start as password } from "./password.js";
import { start as picker } from "./picker.js";
import { start as progress } from "./progress.js";
import { start as select } from "./select.js";
import { start as upload } from "./upload.js";

// autosave before confirm: what is unsaved goes first, then the question is asked, once.
// A fault in one part must not take the others away.
for (const start of [frame, counter, filter, picker, select, grid, upload, copy, day, password, progress, autosave, confirm]) {
  try {
    start(document);
  } catch (fault) {
    console.error(fault);
  }
}

// Tests wait for this: before it, fields are still the plain ones.
document.documentElement.setAttribute("data-script-ready", "");
