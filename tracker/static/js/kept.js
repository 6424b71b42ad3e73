// Words that could not be saved yet, on this machine, per post and form: another person on a shared computer never sees them.
const PREFIX = "gangmu.kept";
const TAKEN = "gangmu.taken";
const DAYS = 14;

function store(name) {
  try {
    return window[name];
  } catch (forbidden) {
    return null;
  }
}

export class Kept {
  constructor(owner, url) {
    this.place = owner ? store("localStorage") : null;
    this.prefix = `${PREFIX}|${owner}|${url}|`;
    this.tab = owner ? store("sessionStorage") : null;
    this.ledger = `${TAKEN}|${owner}|${url}`;
    this.sweep();
  }

  /** `over`: the texts that may stand on the server without anybody else having written there since. */
  put(key, value, over = []) {
    try {
      if (this.place) this.place.setItem(this.prefix + key, JSON.stringify({ value, over, at: Date.now() }));
    } catch (full) {
      // Nothing to be done on this machine; the next save carries the words anyway.
    }
  }

  get(key) {
    const text = this.place && this.place.getItem(this.prefix + key);
    try {
      return text ? JSON.parse(text) : null;
    } catch (broken) {
      return null;
    }
  }

  drop(key) {
    if (this.place) this.place.removeItem(this.prefix + key);
  }

  /** The server has taken a row's words while the next page is asked for already: that page may have been made before. */
  took(record, version) {
    try {
      if (this.tab) this.tab.setItem(this.ledger, JSON.stringify({ ...this.taken(), [record]: version }));
    } catch (full) {
      // Nothing is lost: the page may show what stood there before until it is loaded again.
    }
  }

  taken() {
    const text = this.tab && this.tab.getItem(this.ledger);
    try {
      return (text && JSON.parse(text)) || {};
    } catch (broken) {
      return {};
    }
  }

  /** Whether the page was made before a saving that came in while it was asked for. Told once: then it is asked for again. */
  outran(rows) {
    const taken = this.taken();
    if (this.tab) this.tab.removeItem(this.ledger);
    return rows.some((row) => taken[row.dataset.record || ""] > Number(row.dataset.version));
  }

  // Whoever they belonged to: after two weeks nobody comes back for them.
  sweep() {
    if (!this.place) return;
    for (const key of Object.keys(this.place)) {
      if (!key.startsWith(`${PREFIX}|`)) continue;
      let at = 0;
      try {
        at = JSON.parse(this.place.getItem(key)).at;
      } catch (broken) {
        at = 0;
      }
      if (Date.now() - at > DAYS * 86400000) this.place.removeItem(key);
    }
  }
}
