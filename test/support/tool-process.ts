import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/** A process under test and what it has printed so far. */
export interface ToolProcess {
  child: ChildProcess;
  /** Both outputs together. */
  output: () => string;
  /** Waits until the output matches; throws with the output when the process ends before, or after `limitMs`. */
  prints: (pattern: RegExp, limitMs?: number) => Promise<RegExpExecArray>;
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>;
}

/** Runs Node.js with these arguments and collects what it prints. */
export function runNode(args: string[], env: NodeJS.ProcessEnv = process.env): ToolProcess {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let isOver = false;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece) => (text += piece));
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => {
      isOver = true;
      resolve(code ?? signal);
    });
  });
  const prints = async (pattern: RegExp, limitMs = 60_000) => {
    for (const deadline = Date.now() + limitMs; ; await delay(20)) {
      const match = pattern.exec(text);
      if (match) return match;
      if (isOver || Date.now() > deadline)
        throw new Error(`${String(pattern)} was not printed, only:\n${text}`);
    }
  };
  return { child, output: () => text, prints, ended };
}

/** Waits until a condition holds; throws with its name after `limitMs`. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 10_000,
): Promise<void> {
  for (const deadline = Date.now() + limitMs; !(await condition()); await delay(20)) {
    if (Date.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}`);
  }
}
