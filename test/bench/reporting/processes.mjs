import fs from 'node:fs/promises';

/** CPU seconds and parent of a process, see proc(5). */
export async function cpuOf(pid) {
  const text = await fs.readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (!text) return { seconds: 0, parent: 0 };
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), seconds: (Number(fields[11]) + Number(fields[12])) / 100 };
}

export async function childrenOf(parent) {
  const pids = (await fs.readdir('/proc')).filter((name) => /^\d+$/u.test(name)).map(Number);
  const stats = await Promise.all(pids.map(async (pid) => ({ pid, ...(await cpuOf(pid)) })));
  return stats.filter((one) => one.parent === parent).map(({ pid }) => pid);
}
