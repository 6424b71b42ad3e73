// Words that could not be saved yet, on this machine, per post and form: another person on a shared computer never sees them.
const PREFIX = "gangmu.kept";
const DAYS = 14;

function store() {
  try {
    return window.localStorage;
  } catch (forbidden) {
    return null;
  }
}

export class Kept {
  constructor(owner, url) {
    this.place = owner ? store() : null;
    this.prefix = `${PREFIX}|${owner}|${url}|`;
    this.sweep();
  }

  put(key, value, version) {
    try {
      if (this.place) this.place.setItem(this.prefix + key, JSON.stringify({ value, version, at: Date.now() }));
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
