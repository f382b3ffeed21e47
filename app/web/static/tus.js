/* The part of tus 1.0 (docs/uploads.md) that a page needs: one file to one upload address.
   Whatever happens on the way, the server's own offset says where to go on. */

const CHUNK_BYTES = 8 * 1024 * 1024;
const SILENT_MS = 60_000;
const WAITS_MS = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000];
const VERSION = "1.0.0";

/** The server said no, in words for a reader. */
export class Refused extends Error {}
/** The line is lost, or the server is: the same again, later. */
export class Lost extends Error {}
/** Somebody pressed Pause. */
export class Paused extends Error {}

export const base64 = (text) => {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
};

const problemOf = (text) => {
  try {
    const problem = JSON.parse(text);
    const faults = (problem.errors || []).map((each) => each.message);
    return [problem.detail, ...faults].filter((said, i, all) => said && all.indexOf(said) === i).join(" ");
  } catch {
    return "";
  }
};

/** One request; only XMLHttpRequest tells how much of a body has left. */
const ask = (method, url, { headers, body, signal, onSent }) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  let watch = 0;
  const alive = () => {
    clearTimeout(watch);
    watch = setTimeout(() => request.abort(), SILENT_MS);
  };
  const stop = () => request.abort();
  const end = (act) => () => {
    clearTimeout(watch);
    signal.removeEventListener("abort", stop);
    act();
  };
  request.open(method, url);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.upload.addEventListener("progress", (event) => {
    alive();
    if (onSent) onSent(event.loaded);
  });
  request.addEventListener("load", end(() => resolve({
    status: request.status,
    header: (name) => request.getResponseHeader(name),
    problem: problemOf(request.responseText),
    text: request.responseText,
  })));
  const lost = end(() => reject(signal.aborted ? new Paused() : new Lost()));
  request.addEventListener("error", lost);
  request.addEventListener("abort", lost);
  if (signal.aborted) { reject(new Paused()); return; }
  signal.addEventListener("abort", stop);
  alive();
  request.send(body ?? null);
});

const pause = (ms, signal) => new Promise((resolve, reject) => {
  const online = () => { clearTimeout(timer); done(resolve); };
  const stopped = () => { clearTimeout(timer); done(() => reject(new Paused())); };
  const done = (act) => {
    window.removeEventListener("online", online);
    signal.removeEventListener("abort", stopped);
    act();
  };
  const timer = setTimeout(() => done(resolve), ms);
  window.addEventListener("online", online);
  signal.addEventListener("abort", stopped);
  if (signal.aborted) stopped();
});

/** Sends one file. `session` renews the token and waits for a new sign-in; `told` hears of it. */
export class Sending {
  constructor({ file, metadata, endpoint, url, session, signal, told }) {
    Object.assign(this, { file, metadata, endpoint, url, session, signal, told });
    this.tries = 0;
    this.renewed = 0;
  }

  /** Resolves to what became of it: `{url, exhibit, added, refused}`. */
  async run() {
    let offset = null;
    for (;;) {
      try {
        if (!this.url) {
          await this.#create();
          offset = 0;
        } else if (offset === null) {
          offset = await this.#stands();
        }
        if (offset === null) continue;
        if (this.result) return this.result;
        offset = await this.#send(offset);
        if (this.result) return this.result;
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
        const wait = error.waitMs || WAITS_MS[Math.min(this.tries, WAITS_MS.length - 1)];
        this.tries += 1;
        this.told.lost(Math.ceil(wait / 1000));
        await pause(wait, this.signal);
        offset = null;
      }
    }
  }

  async #create() {
    const answer = await this.#ask("POST", this.endpoint, {
      "Upload-Length": String(this.file.size), "Upload-Metadata": this.metadata,
    });
    if (answer.status !== 201) throw new Refused(answer.problem);
    this.url = answer.header("Location");
    this.told.address(this.url);
    this.#finished(answer);
  }

  /** The offset on the server; null when there is no such upload any more. */
  async #stands() {
    const answer = await this.#ask("HEAD", this.url, {});
    if ([404, 410].includes(answer.status)) {
      this.url = "";
      return null;
    }
    if (answer.status !== 200) throw new Refused(answer.problem);
    const offset = Number(answer.header("Upload-Offset"));
    const gone = offset === this.file.size && !this.#finished(answer);
    if (gone || offset > this.file.size) {
      // Its exhibit was taken out of the draft since: whoever gives the file again wants it.
      this.url = "";
      return null;
    }
    this.told.sent(offset);
    return offset;
  }

  async #send(offset) {
    const chunk = this.file.slice(offset, offset + CHUNK_BYTES);
    const answer = await this.#ask("PATCH", this.url, {
      "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream",
    }, chunk, (sent) => this.told.sent(offset + Math.min(sent, chunk.size))).catch(async (error) => {
      // A browser calls a file that is gone or changed a lost line too: look which it is.
      if (error instanceof Lost) await chunk.slice(0, 1).arrayBuffer().catch(() => { throw new Refused(); });
      throw error;
    });
    if ([404, 410].includes(answer.status)) {
      this.url = "";
      return null;
    }
    if (answer.status === 409) {
      const stands = await this.#stands();
      if (stands === offset) throw new Refused(answer.problem);
      return stands;
    }
    if (answer.status !== 204) throw new Refused(answer.problem);
    this.tries = 0;
    const now = Number(answer.header("Upload-Offset"));
    this.told.sent(now);
    this.#finished(answer);
    return now;
  }

  #finished(answer) {
    const exhibit = answer.header("Bordereau-Exhibit");
    const added = answer.header("Bordereau-Added");
    if (exhibit === null && added === null) return false;
    this.result = {
      url: this.url, exhibit, added: Number(added ?? 1),
      present: Number(answer.header("Bordereau-Present") ?? 0), refused: Number(answer.header("Bordereau-Refused") ?? 0),
    };
    return true;
  }

  async #ask(method, url, headers, body, onSent) {
    const answer = await ask(method, url, {
      headers: { ...headers, "Tus-Resumable": VERSION, "Bordereau-Form": this.session.token },
      body, signal: this.signal, onSent,
    });
    const { status } = answer;
    if (status === 401 || (status === 403 && this.renewed < 2)) {
      if (status === 403) this.renewed += 1;
      await this.session.renewed(this.signal);
      return this.#ask(method, url, headers, body, onSent);
    }
    if (status === 423 || status === 429 || (status >= 500 && status !== 507) || status === 0) {
      const lost = new Lost();
      lost.waitMs = 1000 * Number(answer.header("Retry-After") || 0);
      throw lost;
    }
    if (status < 400) this.renewed = 0;
    return answer;
  }
}
