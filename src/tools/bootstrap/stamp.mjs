import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** All files below `folder`, as sorted paths relative to `root`; a file stands for itself. */
function filesOf(root, entry) {
  const full = path.join(root, entry);
  if (!fs.existsSync(full)) return [];
  if (!fs.statSync(full).isDirectory()) return [entry];
  return fs
    .readdirSync(full, { withFileTypes: true })
    .flatMap((child) => filesOf(root, path.join(entry, child.name)))
    .sort();
}

/**
 * Fingerprint of files and folders: changes when a file is added, removed, renamed or edited.
 * @param {string} root
 * @param {string[]} entries files or folders relative to root; missing ones count as empty
 * @param {string} [salt] anything else that must match
 */
export function stampOf(root, entries, salt = '') {
  const hash = createHash('sha256').update(salt);
  for (const file of entries.flatMap((entry) => filesOf(root, entry))) {
    const content = fs.readFileSync(path.join(root, file));
    hash.update(`\0${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** The stamp stored in a file, or an empty string. */
export function readStamp(file) {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
