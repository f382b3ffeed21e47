"use strict";
/* Reads a receipt and hashes files on the reader's own machine; only hashes are sent.
   It checks that the digest covers what the receipt says, as verify.py does (RFC 8785, RFC 6962);
   that such a receipt was given is for the server to say. */
(() => {
  const SLICE_BYTES = 4 * 1024 * 1024;
  const RECEIPT_BYTES_MAX = 256 * 1024 * 1024;
  const FORMAT = "bordereau-receipt/1";
  const BESIDE_BODY = ["files", "manifest", "digest", "proof"];
  const LINE = ["number", "edition", "sha256", "size_bytes", "name", "category_numbers",
    "bates_first", "bates_last", "salt"];

  class Changed extends Error {
    constructor(why, values = {}) {
      super(why);
      this.why = why;
      this.values = values;
    }
  }

  const utf8 = new TextEncoder();
  const hash = (...parts) => {
    const sha = new Sha256();
    for (const part of parts) sha.update(part);
    return sha.digest();
  };
  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => {
    if (typeof text !== "string" || !/^(?:[0-9a-f]{2})*$/.test(text)) throw new SyntaxError();
    return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  };

  /* One writing of a value (RFC 8785; strings, booleans, null, whole numbers). */
  const canonical = (value) => {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value !== null && typeof value === "object") {
      const members = Object.keys(value).sort()
        .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
      return `{${members.join(",")}}`;
    }
    if (typeof value === "number" && !Number.isSafeInteger(value)) throw new SyntaxError();
    return JSON.stringify(value);
  };
  const written = (value) => utf8.encode(canonical(value));

  const names = (value) => {
    if (Array.isArray(value)) return value.reduce((n, each) => n + names(each), 0);
    if (value === null || typeof value !== "object") return 0;
    return Object.values(value).reduce((n, each) => n + 1 + names(each), 0);
  };
  /* JSON without a name twice and without a fraction: no two readers can differ. */
  const read = (text) => {
    const value = JSON.parse(text);
    let named = 0;
    const bare = text.replace(/"(?:[^"\\]|\\.)*"(\s*:)?/g, (_found, colon) => {
      if (colon) named += 1;
      return '""';
    });
    if (named !== names(value) || /[0-9][.eE]/.test(bare)) throw new SyntaxError();
    return value;
  };

  const leafHash = (bytes) => hash(Uint8Array.of(0), bytes);
  const rootOf = (leaves) => {
    if (leaves.length === 0) return hash();
    let row = leaves;
    while (row.length > 1) {
      const next = [];
      for (let i = 0; i < row.length; i += 2) {
        next.push(i + 1 < row.length ? hash(Uint8Array.of(1), row[i], row[i + 1]) : row[i]);
      }
      row = next;
    }
    return row[0];
  };

  const leafOf = (file) => {
    if (file.salt === null) {
      if (["sha256", "filename", "title", "name"].some((name) => file[name] !== null)) {
        throw new Changed("line", { number: file.number });
      }
      return unhex(file.leaf);
    }
    const line = { v: 1, designation: file.confidentiality };
    for (const name of LINE) line[name] = file[name];
    const said = { filename: file.filename, title: file.title, dated_on: file.dated_on };
    const name = hex(hash(unhex(file.name_salt), written(said)));
    const leaf = leafHash(written(line));
    if (name !== file.name || hex(leaf) !== file.leaf) {
      throw new Changed("line", { number: file.number });
    }
    return leaf;
  };

  const check = (receipt) => {
    if (receipt === null || receipt.format !== FORMAT) throw new SyntaxError();
    const leaves = receipt.files.map(leafOf);
    const { manifest } = receipt;
    if (manifest.count !== leaves.length || hex(rootOf(leaves)) !== manifest.root
      || receipt.received !== `${leaves.length} of ${leaves.length}`) throw new Changed("files");
    const body = {};
    for (const [name, value] of Object.entries(receipt)) {
      if (!BESIDE_BODY.includes(name)) body[name] = value;
    }
    const digest = hex(hash(written({ body, manifest })));
    if (digest !== receipt.digest) throw new Changed("digest");
    const { facts } = read(receipt.proof.entry);
    if (facts.digest !== digest || canonical(facts.manifest) !== canonical(manifest)) {
      throw new Changed("entry");
    }
    return receipt;
  };

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_found, name) => values[name]);
  const byId = (id) => document.getElementById(id);
  const tell = (place, text, wrong) => {
    place.textContent = text;
    place.classList.toggle("wrong", wrong);
  };

  const readReceipt = async (file) => {
    const place = byId("receipt-said");
    const said = place.dataset;
    tell(place, said.reading, false);
    try {
      if (file.size > RECEIPT_BYTES_MAX) throw new SyntaxError();
      const receipt = check(read(await file.text()));
      byId("digest").value = receipt.digest;
      const values = {
        n: receipt.files.length, at: receipt.deposited_at_court, zone: receipt.time_zone,
      };
      tell(place, fill(said.holds, values), false);
    } catch (error) {
      byId("digest").value = "";
      if (error instanceof Changed) {
        const key = `why${error.why[0].toUpperCase()}${error.why.slice(1)}`;
        tell(place, fill(said.differs, { why: fill(said[key], error.values) }), true);
      } else {
        tell(place, said.unread, true);
      }
    }
  };

  const hashFile = async (file, onward) => {
    const sha = new Sha256();
    for (let at = 0; at < file.size; at += SLICE_BYTES) {
      const slice = file.slice(at, at + SLICE_BYTES);
      sha.update(new Uint8Array(await slice.arrayBuffer()));
      onward(Math.floor((100 * Math.min(at + SLICE_BYTES, file.size)) / file.size));
    }
    return sha.hex();
  };

  let turn = 0;
  const hashFiles = async (files) => {
    turn += 1;
    const mine = turn;
    const place = byId("files-said");
    const lines = [];
    for (const file of files) {
      try {
        const found = await hashFile(file, (percent) => {
          if (mine === turn) tell(place, fill(place.dataset.hashing, { name: file.name, percent }), false);
        });
        lines.push(`${found}  ${file.name.replace(/[\r\n]/g, " ")}`);
      } catch {
        if (mine === turn) tell(place, fill(place.dataset.failed, { name: file.name }), true);
        return;
      }
      if (mine !== turn) return;
    }
    byId("sha256").value = lines.join("\n");
    tell(place, fill(place.dataset.done, { n: lines.length }), false);
  };

  /* A line may bear a file's name, for its reader: it is not sent. */
  byId("sha256").form.addEventListener("submit", () => {
    const place = byId("sha256");
    place.value = place.value.replace(/^([ \t\\]*[0-9a-fA-F]{64})[ \t].*$/gm, "$1");
  });
  byId("with-script").hidden = false;
  byId("receipt-file").addEventListener("change", (event) => {
    if (event.target.files[0]) readReceipt(event.target.files[0]);
  });
  byId("files").addEventListener("change", (event) => hashFiles([...event.target.files]));
})();
