// Only the visit's token and a survey's address are kept in the browser, never a word typed.
//
// A browser that keeps other sites' frames from storage still grants a partitioned cookie: one
// that belongs to us on that site alone. Where both are denied the visit lasts as long as the page.
const KEPT_SECONDS = 30 * 24 * 3600;
const COOKIE = "Path=/chat/; Secure; SameSite=None; Partitioned";

export class Keeper {
  constructor(name) {
    this.name = name;
    this.held = "";
  }

  get token() {
    try {
      return localStorage.getItem(this.name) || this.held;
    } catch {
      return this.#cookie || this.held;
    }
  }

  set token(value) {
    this.held = value;
    try {
      if (value) localStorage.setItem(this.name, value);
      else localStorage.removeItem(this.name);
    } catch {
      document.cookie = `${this.name}=${value}; Max-Age=${value ? KEPT_SECONDS : 0}; ${COOKIE}`;
    }
  }

  get #cookie() {
    const found = document.cookie.split("; ").find((part) => part.startsWith(`${this.name}=`));
    return found ? found.slice(this.name.length + 1) : "";
  }
}
