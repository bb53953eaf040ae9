import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartError } from '../start-error.js';

/** The nearest folder upwards that has a package.json: the project, from src and from dist alike. */
export function projectRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!fs.existsSync(path.join(folder, 'package.json')) && folder !== path.dirname(folder)) {
    folder = path.dirname(folder);
  }
  return folder;
}

/** Creates a folder and its parents; throws StartError with the reason when that is not allowed. */
export function ensureFolder(folder: string, mode?: number): string {
  try {
    fs.mkdirSync(folder, { recursive: true, mode });
    fs.accessSync(folder, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new StartError(
      `${folder} cannot be used (${code}): make it writable for this user or set DATA_DIR.`,
    );
  }
  return folder;
}

/** Writes a file only its owner can read; all or nothing, also when the machine stops in between. */
export function writePrivateFile(file: string, content: string): void {
  const draft = `${file}.${process.pid}.tmp`;
  const handle = fs.openSync(draft, 'w', 0o600);
  try {
    fs.writeSync(handle, content);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  fs.renameSync(draft, file);
}

/** Writes a value as JSON with `writePrivateFile`. */
export function writePrivateJson(file: string, value: unknown): void {
  writePrivateFile(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** Reads a JSON file; undefined when there is none, StartError when it cannot be read or is no JSON. */
export function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StartError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** The last lines of a text file, empty when there is none. */
export function tailOf(file: string, lines = 8): string {
  if (!fs.existsSync(file)) return '';
  const { size } = fs.statSync(file);
  const handle = fs.openSync(file, 'r');
  const buffer = Buffer.alloc(Math.min(size, 8192));
  fs.readSync(handle, buffer, 0, buffer.length, size - buffer.length);
  fs.closeSync(handle);
  return buffer.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
}
