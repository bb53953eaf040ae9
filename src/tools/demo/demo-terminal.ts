const QUIET_TERMINAL_MS = 3_000;
const CLEAR_LINE = '\r\u001b[2K';

/** What the demo needs of the place it writes to. */
export interface DemoOutput {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** Writes lines, and a line of progress that a terminal shows in place and a file gets every few seconds. */
export class DemoTerminal {
  private lastShown = '';
  private lastShownAt = 0;
  private isOpen = false;

  constructor(
    private readonly out: DemoOutput,
    private readonly now: () => number = Date.now,
  ) {}

  line(text: string): void {
    this.endProgress();
    this.out.write(`${text}\n`);
  }

  /** A step that succeeded. */
  done(text: string): void {
    this.line(`  ✓ ${text}`);
  }

  progress(text: string): void {
    if (text === this.lastShown) return;
    if (this.out.isTTY) {
      this.out.write(`${CLEAR_LINE}  ${text}`.slice(0, CLEAR_LINE.length + (this.out.columns ?? 120) - 1));
      this.isOpen = true;
    } else {
      if (this.now() - this.lastShownAt < QUIET_TERMINAL_MS) return;
      this.out.write(`  ${text}\n`);
    }
    this.lastShown = text;
    this.lastShownAt = this.now();
  }

  /** Leaves the line of progress as it is and goes on below it. */
  endProgress(): void {
    if (this.isOpen) this.out.write('\n');
    this.isOpen = false;
  }

  close(): void {
    this.endProgress();
  }
}
