import fs from 'node:fs/promises';

/** CPU seconds of a process and of its children that have ended, and its parent, see proc(5). */
export async function cpuOf(pid) {
  const text = await fs.readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (!text) return { seconds: 0, reapedSeconds: 0, parent: 0 };
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [seconds, reapedSeconds] = [11, 13].map((at) => (Number(fields[at]) + Number(fields[at + 1])) / 100);
  return { parent: Number(fields[1]), seconds, reapedSeconds };
}

export async function childrenOf(parent) {
  const pids = (await fs.readdir('/proc')).filter((name) => /^\d+$/u.test(name)).map(Number);
  const stats = await Promise.all(pids.map(async (pid) => ({ pid, ...(await cpuOf(pid)) })));
  return stats.filter((one) => one.parent === parent).map(({ pid }) => pid);
}
