// A door between two programs that can be slammed, and held shut.
import { once } from 'node:events';
import net from 'node:net';

export class TcpProxy {
  /** Which way a connection is cut off while bytes still go the other way, or that it is open both ways. */
  #mode = 'open';
  #pairs = new Set();

  static async to(target) {
    const proxy = new TcpProxy();
    proxy.target = target;
    proxy.server = net.createServer((incoming) => proxy.#connect(incoming));
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    proxy.port = proxy.server.address().port;
    return proxy;
  }

  /** Every connection ends at once, as when a cable is pulled. New ones may come. */
  cut() {
    for (const { incoming, outgoing } of this.#pairs) {
      incoming.resetAndDestroy();
      outgoing.destroy();
    }
  }

  /** Nobody gets in, and everybody is thrown out. */
  shut() {
    this.#mode = 'shut';
    this.cut();
  }

  /** What is asked arrives, what is answered does not. */
  swallow() {
    this.#mode = 'swallow';
  }

  open() {
    if (this.#mode === 'swallow') this.cut();
    this.#mode = 'open';
  }

  async close() {
    this.cut();
    this.server.close();
  }

  #connect(incoming) {
    if (this.#mode === 'shut') return incoming.resetAndDestroy();
    const outgoing = net.connect(this.target, '127.0.0.1');
    const pair = { incoming, outgoing };
    this.#pairs.add(pair);
    for (const socket of [incoming, outgoing]) socket.setNoDelay(true);
    incoming.on('data', (bytes) => outgoing.write(bytes));
    outgoing.on('data', (bytes) => {
      if (this.#mode !== 'swallow') incoming.write(bytes);
    });
    incoming.on('end', () => outgoing.end());
    outgoing.on('end', () => incoming.end());
    const gone = () => {
      this.#pairs.delete(pair);
      incoming.destroy();
      outgoing.destroy();
    };
    for (const socket of [incoming, outgoing]) socket.on('error', gone).on('close', gone);
    return undefined;
  }
}

export function portOf(url) {
  return Number(new URL(url).port);
}

/** The same address, but by way of the proxy. */
export function through(url, proxy) {
  const changed = new URL(url);
  changed.hostname = '127.0.0.1';
  changed.port = String(proxy.port);
  return changed.toString();
}
