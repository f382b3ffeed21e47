/* Files out of what was dropped or chosen, folders and all that is in them. */

const LITTER = /^(?:\.DS_Store|Thumbs\.db|desktop\.ini|\._.*)$/i;
export const FILES_MAX = 20_000;

/** What was found: files with their paths, what systems leave in folders, what cannot be read. */
class Found {
  files = [];
  litter = 0;
  unread = [];
  tooMany = false;

  add(file, path) {
    if (LITTER.test(file.name)) this.litter += 1;
    else if (this.files.length >= FILES_MAX) this.tooMany = true;
    else this.files.push({ file, path });
  }
}

const entriesOf = (reader) => new Promise((resolve, reject) => {
  reader.readEntries(resolve, reject);
});
const fileOf = (entry) => new Promise((resolve, reject) => {
  entry.file(resolve, reject);
});

const walk = async (entry, path, found) => {
  if (found.tooMany) return;
  try {
    if (entry.isFile) {
      found.add(await fileOf(entry), path + entry.name);
      return;
    }
    const reader = entry.createReader();
    // A reader gives a hundred at a time, and nothing when there are no more.
    for (let some = await entriesOf(reader); some.length; some = await entriesOf(reader)) {
      for (const each of some) await walk(each, `${path}${entry.name}/`, found);
    }
  } catch {
    found.unread.push(path + entry.name);
  }
};

export const ofDrop = async (transfer) => {
  const found = new Found();
  const entries = [...transfer.items]
    .filter((item) => item.kind === "file")
    .map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  for (const each of entries.filter(Boolean)) {
    if (each instanceof File) found.add(each, each.name);
    else await walk(each, "", found);
  }
  return found;
};

export const ofInput = (input) => {
  const found = new Found();
  for (const file of input.files) found.add(file, file.webkitRelativePath || file.name);
  return found;
};
