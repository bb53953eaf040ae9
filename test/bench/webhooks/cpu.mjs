// Seconds of processor time that processes have used, from /proc; nothing where there is no /proc.
import fs from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Milliseconds by name since the call. `pids` maps names to processes; what those started counts as theirs. */
export function watchCpu(pids) {
  const before = usedBy(pids);
  return () => {
    const after = usedBy(pids);
    return Object.fromEntries(Object.keys(pids).map((name) => [name, after[name] - before[name]]));
  };
}

function usedBy(pids) {
  const all = processes();
  return Object.fromEntries(
    Object.entries(pids).map(([name, pid]) => {
      const own = all.filter((process) => process.pid === pid || process.parent === pid);
      return [name, own.reduce((sum, { ms }) => sum + ms, 0)];
    }),
  );
}

function processes() {
  if (!fs.existsSync('/proc/self/stat')) return [];
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((name) => {
      try {
        const fields = fs.readFileSync(`/proc/${name}/stat`, 'latin1').split(') ').at(-1).split(' ');
        // Of the process in both modes, and of its children that have ended.
        const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
        const ms = (ticks * 1000) / TICKS_PER_SECOND;
        return [{ pid: Number(name), parent: Number(fields[1]), ms }];
      } catch {
        return []; // It has ended.
      }
    });
}
