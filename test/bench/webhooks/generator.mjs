// Sends signed webhooks from a process of its own and measures the answers. It writes requests that were made before
// into plain sockets, one at a time on each, so that it takes little of the machine that it measures.
// Asked over IPC: { ids, port, secret, connections, rate }; without a rate each answer brings the next request.
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { requestOf } from './signed-events.mjs';

process.on('message', (task) => void run(task).then((result) => process.send(result)));
process.once('disconnect', () => process.exit(0));
process.send({ type: 'ready' });

async function run({ ids, port, secret, connections, rate }) {
  const requests = ids.map((id) => requestOf(id, port, secret));
  const sockets = await Promise.all(Array.from({ length: connections }, () => connect(port)));
  const load = new Load(requests, sockets);
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  if (rate === undefined) load.offer(requests.length);
  for (let due = 0; rate !== undefined && due < requests.length;) {
    due = Math.min(requests.length, Math.ceil(((performance.now() - startedAt) / 1000) * rate));
    load.offer(due);
    await sleep(1);
  }
  await load.done;
  const elapsedMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  for (const socket of sockets) socket.destroy();
  const times = load.times.sort();
  const at = (share) => times[Math.floor((times.length - 1) * share)];
  return {
    answered: times.length - load.refused,
    refused: load.refused,
    elapsedMs,
    cpuMs: (user + system) / 1000,
    medianMs: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
  };
}

/** Requests that are due wait for a free socket, and that counts as a part of the answer's time. */
class Load {
  times;
  refused = 0;
  #sent = 0;
  #offered = 0;
  #answered = 0;
  #dueAt;
  #free;

  constructor(requests, sockets) {
    this.requests = requests;
    this.times = new Float64Array(requests.length);
    this.#dueAt = new Float64Array(requests.length);
    this.#free = [...sockets];
    this.done = new Promise((resolve, reject) => {
      this.finish = resolve;
      for (const socket of sockets) {
        socket.on('data', (chunk) => this.#take(socket, chunk));
        socket.on('close', () => reject(new Error('a connection was closed')));
      }
    });
  }

  /** The first `count` requests are due by now. */
  offer(count) {
    const now = performance.now();
    for (; this.#offered < count; this.#offered += 1) this.#dueAt[this.#offered] = now;
    while (this.#sent < this.#offered && this.#free.length > 0) this.#send(this.#free.pop());
  }

  #send(socket) {
    socket.request = this.#sent;
    socket.write(this.requests[this.#sent]);
    this.#sent += 1;
  }

  #take(socket, chunk) {
    socket.text = (socket.text ?? '') + chunk.latin1Slice();
    const end = socket.text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/content-length: (\d+)/iu.exec(socket.text)[1]);
    if (socket.text.length < end + 4 + length) return;
    if (!socket.text.startsWith('HTTP/1.1 200')) this.refused += 1;
    socket.text = undefined;
    this.times[this.#answered] = performance.now() - this.#dueAt[socket.request];
    this.#answered += 1;
    if (this.#sent < this.#offered) this.#send(socket);
    else this.#free.push(socket);
    if (this.#answered === this.requests.length) this.finish();
  }
}

async function connect(port) {
  const socket = net.connect(port, '127.0.0.1').setNoDelay(true);
  await once(socket, 'connect');
  return socket;
}
