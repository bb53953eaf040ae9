const status = document.querySelector('#status');
const parts = document.querySelector('#parts');

async function look() {
  try {
    const answer = await fetch('/health/ready');
    show(await answer.json());
  } catch {
    show({ status: 'not ready', parts: { server: 'no answer' } });
  }
}

function show({ status: state, parts: found }) {
  const failing = Object.entries(found).filter(([, text]) => text !== 'ok');
  status.dataset.state = state;
  status.textContent = state === 'ready' ? 'The server is ready.' : 'The server is not ready.';
  parts.replaceChildren(
    ...failing.map(([name, text]) =>
      Object.assign(document.createElement('li'), { textContent: `${name}: ${text}` }),
    ),
  );
}

await look();
setInterval(() => void look(), 5000);
