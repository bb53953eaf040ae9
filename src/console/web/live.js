const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
const PING_EVERY_MS = 20_000;
/** Longer than the server's heartbeat, and than two answers to our own. */
const SILENT_FOR_MS = 45_000;
/** A subscription lets a channel live for a day. */
const SUBSCRIBE_AGAIN_MS = 60 * 60_000;

/**
 * Follows topics over a notification channel. When the connection is lost it comes back by itself and resumes behind
 * the last event that it knows; when the channel is gone it makes another one and subscribes again.
 *
 * States: `connecting`, `live`, `reconnecting`, `signed-out` (the API no longer takes the token), `stopped`.
 */
export class LiveChannel {
  state = 'stopped';
  #outside;
  #topics = [];
  #subscribed = { key: '', at: 0 };
  #channel;
  #lastEventId;
  #socket;
  #timers = { retry: undefined, ping: undefined, silence: undefined };
  #retryMs = FIRST_RETRY_MS;
  #wasLive = false;
  #work = Promise.resolve();

  /**
   * @param outside `api(path, request)`, `openSocket(uri)`, and what wants to hear: `onState(state)`, `onEvent(frame)`,
   *   `onRejected(topics)`, `onReturn()` after each reconnection, because what came to be meanwhile has no topic yet
   */
  constructor(outside) {
    this.#outside = outside;
  }

  /** Follows these topics and no others; connects when that has not been done yet. */
  follow(topics) {
    this.#topics = [...topics].sort();
    if (this.state === 'live') return this.#guarded(() => this.#subscribe());
    if (this.state !== 'stopped') return this.#work;
    this.#become('connecting');
    return this.#connect();
  }

  /** Tries at once instead of at the next turn, for when the network is back. */
  retryNow() {
    if (this.state !== 'reconnecting' || !this.#timers.retry) return;
    clearTimeout(this.#timers.retry);
    this.#timers.retry = undefined;
    void this.#connect();
  }

  stop() {
    this.#drop();
    this.#become('stopped');
  }

  #connect() {
    return this.#guarded(async () => {
      await this.#findChannel();
      await this.#subscribe();
      this.#open();
    });
  }

  // One after the other: of two subscriptions the later one has to count.
  #guarded(work) {
    this.#work = this.#work.then(work).catch((problem) => {
      if (problem?.status === 401) return this.#signedOut();
      this.#lost();
    });
    return this.#work;
  }

  // A browser does not say why a socket was refused, so the channel is asked for first.
  async #findChannel() {
    const { api } = this.#outside;
    if (this.#channel) {
      try {
        await api(`/notifications/channels/${this.#channel.id}`, { method: 'HEAD' });
        return;
      } catch (problem) {
        if (problem?.status !== 404) throw problem;
      }
    }
    this.#channel = await api('/notifications/channels', { method: 'POST' });
    this.#lastEventId = undefined;
    this.#subscribed = { key: '', at: 0 };
  }

  async #subscribe() {
    const key = this.#topics.join();
    const now = Date.now();
    if (this.#subscribed.key === key && now - this.#subscribed.at < SUBSCRIBE_AGAIN_MS) return;
    const path = `/notifications/channels/${this.#channel.id}/subscriptions?ignoreErrors=true`;
    const body = this.#topics.map((id) => ({ id }));
    const { entities } = await this.#outside.api(path, { method: 'PUT', body });
    this.#subscribed = { key, at: now };
    this.#outside.onRejected(entities.filter(({ state }) => state === 'Rejected'));
  }

  #open() {
    if (this.state === 'stopped' || this.state === 'signed-out') return;
    const after = this.#lastEventId === undefined ? '' : `&after=${this.#lastEventId}`;
    const socket = this.#outside.openSocket(`${this.#channel.connectUri}${after}`);
    this.#socket = socket;
    this.#listenForLife(socket);
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = ({ data }) => this.#heard(socket, JSON.parse(String(data)));
    socket.onclose = () => this.#lost(socket);
    socket.onerror = () => undefined;
  }

  #opened(socket) {
    if (socket !== this.#socket) return;
    this.#retryMs = FIRST_RETRY_MS;
    this.#timers.ping = setInterval(() => socket.send('{"message":"ping"}'), PING_EVERY_MS);
    this.#become('live');
    // What is to be followed may have changed while the socket was being opened.
    void this.#guarded(() => this.#subscribe());
    if (this.#wasLive) this.#outside.onReturn();
    this.#wasLive = true;
  }

  #heard(socket, frame) {
    if (socket !== this.#socket) return;
    this.#listenForLife(socket);
    if (frame.metadata?.eventId) this.#lastEventId = frame.metadata.eventId;
    if (frame.topicName !== 'channel.metadata') this.#outside.onEvent(frame);
  }

  // A connection that has died without a word would look alive for minutes.
  #listenForLife(socket) {
    clearTimeout(this.#timers.silence);
    this.#timers.silence = setTimeout(() => this.#lost(socket), SILENT_FOR_MS);
  }

  #lost(socket = this.#socket) {
    if (socket !== this.#socket || this.state === 'stopped' || this.state === 'signed-out') return;
    this.#drop();
    this.#become('reconnecting');
    const waitMs = this.#retryMs * (0.75 + Math.random() / 2);
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
    this.#timers.retry = setTimeout(() => {
      this.#timers.retry = undefined;
      void this.#connect();
    }, waitMs);
  }

  #signedOut() {
    this.#drop();
    this.#become('signed-out');
  }

  #drop() {
    clearTimeout(this.#timers.retry);
    clearInterval(this.#timers.ping);
    clearTimeout(this.#timers.silence);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.#outside.onState(state);
  }
}
