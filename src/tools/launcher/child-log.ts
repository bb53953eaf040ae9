import fs from 'node:fs';
import path from 'node:path';
import { ensureFolder } from '../embedded/files.js';

const CAP_BYTES = 20 * 1024 * 1024;
const TAIL_LINES = 20;
const WARN_LEVEL = 40;
const LEVEL_NAMES: Record<string, string> = { '40': 'warning', '50': 'error', '60': 'fatal' };

/** A log file that is set aside as `.1` at the start and whenever it has grown to its cap. */
class CappedFile {
  private handle: number;
  private size = 0;

  constructor(
    private readonly file: string,
    private readonly capBytes: number,
  ) {
    ensureFolder(path.dirname(file));
    this.handle = this.open();
  }

  write(text: string): void {
    if (this.size >= this.capBytes) {
      fs.closeSync(this.handle);
      this.handle = this.open();
      this.size = 0;
    }
    this.size += fs.writeSync(this.handle, text);
  }

  private open(): number {
    if (fs.existsSync(this.file)) fs.renameSync(this.file, `${this.file}.1`);
    return fs.openSync(this.file, 'a', 0o600);
  }
}

/**
 * The line to show on the terminal for a line of a child's log: warnings and errors, shortened to their message.
 * @returns undefined for what need not be seen
 */
export function echoOf(name: string, line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { level, msg, reason } = JSON.parse(line) as { level?: number; msg?: string; reason?: string };
    if (level === undefined || level < WARN_LEVEL) return undefined;
    const detail = reason === undefined ? '' : ` (${reason})`;
    return `${name} ${LEVEL_NAMES[level] ?? 'warning'}: ${msg ?? 'see the log'}${detail}`;
  } catch {
    return undefined;
  }
}

export interface ChildLogOptions {
  name: string;
  /** Log file; without one everything is passed on to our own outputs. */
  file?: string;
  /** Gets what the reader of the terminal should see. */
  echo: (line: string) => void;
  capBytes?: number;
}

/** Takes in what a child process prints, and remembers its last lines to explain a crash. */
export class ChildLog {
  private readonly file?: CappedFile;
  private readonly lastLines: string[] = [];
  private readonly rests = { stdout: '', stderr: '' };

  constructor(private readonly options: ChildLogOptions) {
    if (options.file) this.file = new CappedFile(options.file, options.capBytes ?? CAP_BYTES);
  }

  /** Takes a piece of output; pieces need not end where lines end. */
  take(stream: 'stdout' | 'stderr', text: string): void {
    const lines = (this.rests[stream] + text).split('\n');
    this.rests[stream] = lines.pop() ?? '';
    for (const line of lines) this.takeLine(stream, line);
  }

  /** The last lines, oldest first. */
  tail(): string {
    const unfinished = [this.rests.stdout, this.rests.stderr].filter(Boolean);
    return [...this.lastLines, ...unfinished].slice(-TAIL_LINES).join('\n');
  }

  private takeLine(stream: 'stdout' | 'stderr', line: string): void {
    this.lastLines.push(line);
    if (this.lastLines.length > TAIL_LINES) this.lastLines.shift();
    if (!this.file) {
      process[stream].write(`${line}\n`);
      return;
    }
    this.file.write(`${line}\n`);
    const shown =
      echoOf(this.options.name, line) ?? (stream === 'stderr' ? `${this.options.name}: ${line}` : undefined);
    if (shown !== undefined) this.options.echo(shown);
  }
}
