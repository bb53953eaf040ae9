// Processor time of processes, as Linux tells it. Elsewhere there is none to tell.
import fs from 'node:fs';

const TICKS_PER_SECOND = 100;

/** The sum over all processes that are chosen by their id, the id of their parent, and their command line. */
export function processorSecondsOf(isChosen) {
  let ticks = 0;
  for (const pid of pids()) {
    const found = read(pid);
    if (found && isChosen(pid, found.parent, found.command)) ticks += found.ticks;
  }
  return ticks / TICKS_PER_SECOND;
}

/** Processes with such a command line. */
export function pidsWith(matches) {
  return pids().filter((pid) => {
    const found = read(pid);
    return found && matches(found.command);
  });
}

function pids() {
  if (process.platform !== 'linux') return [];
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map(Number);
}

function read(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may hold anything: state, parent, and from the 12th on user and system time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]), command };
  } catch {
    return undefined; // It has ended meanwhile.
  }
}
