const EVERY_MS = 5_000;

/**
 * Shows in `line` whether the server is ready and what of it is not, and looks again every five seconds; `onReady` is
 * called when it has become ready.
 */
export function watchServer(line, onReady) {
  const look = async () => {
    const { status, parts } = await readiness();
    const failing = Object.entries(parts).filter(([, text]) => text !== 'ok');
    const text = ['The server is not ready', ...failing.map(([name, why]) => `${name}: ${why}`)].join(' · ');
    const shown = status === 'ready' ? 'The server is ready' : text;
    if (line.textContent === shown) return;
    line.dataset.state = status;
    line.textContent = shown;
    if (status === 'ready') onReady();
  };
  void look();
  setInterval(() => void look(), EVERY_MS);
}

async function readiness() {
  try {
    const answer = await fetch('/health/ready');
    return await answer.json();
  } catch {
    return { status: 'not ready', parts: { server: 'no answer' } };
  }
}
