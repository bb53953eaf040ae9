import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const README = path.resolve(__dirname, '../../README.md');

/** The code blocks of the README whose info string is this, such as `bash walkthrough`, in order. */
export function readmeBlocks(info: string): string[] {
  const text = fs.readFileSync(README, 'utf8');
  return [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gmu)]
    .filter(([, found]) => found?.trim() === info)
    .map(([, , code]) => code ?? '');
}

/** True when the program can be run here. */
export function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .some((folder) => fs.existsSync(path.join(folder, program)));
}

/** Runs a program in the folder of the project with `input`; throws with everything it printed when it fails. */
export async function runScript(
  command: [string, ...string[]],
  input: string,
  env: Record<string, string>,
): Promise<string> {
  const [program, ...args] = command;
  const child = spawn(program, args, { cwd: path.dirname(README), env: { ...process.env, ...env } });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  child.stdin.on('error', () => undefined).end(input);
  const code = await ended;
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${output}\n${errors}`);
  return output;
}
