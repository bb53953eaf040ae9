const STATE_TEXTS = {
  loading: 'loading …',
  connecting: 'connecting …',
  live: 'live',
  reconnecting: 'reconnecting …',
  'signed-out': 'signed out',
  stopped: 'signed out',
};

const at = (selector) => document.querySelector(selector);
const number = new Intl.NumberFormat();

/** Says how the page hears of what happens: live, reconnecting, or not at all. */
export function showState(state) {
  const line = at('#connection');
  line.dataset.state = state;
  line.textContent = STATE_TEXTS[state];
}

/** Shows the board of a user who is signed in, or the invitation to sign in. */
export function showSession(isSignedIn, name = '') {
  at('#welcome').hidden = isSignedIn;
  at('#sign-in').hidden = isSignedIn;
  at('#board').hidden = !isSignedIn;
  at('#sign-out').hidden = !isSignedIn;
  at('#who').textContent = name;
}

export function showProblem(text) {
  const line = at('#problem');
  line.textContent = text;
  line.hidden = text === '';
}

/** For those who hear the page. */
export function tell(news) {
  if (news.length > 0) at('#news').textContent = `${news.join('. ')}.`;
}

export function showCampaigns(rows, note) {
  at('#campaigns').hidden = rows.length === 0;
  at('#campaigns-note').textContent = note;
  fill(at('#campaigns tbody'), rows, (row) => [
    { tag: 'th', text: row.name },
    { text: row.status, tone: row.tone, why: row.why },
    ...[row.sent, row.failed, row.skipped, row.total].map((count) => ({
      text: row.isKnown ? number.format(count) : '',
      className: 'number',
    })),
    { percent: row.percent, label: `Progress of ${row.name}`, className: 'progress' },
    { text: row.finish },
  ]);
}

export function showImports(rows) {
  at('#imports').hidden = rows.length === 0;
  fill(at('#imports tbody'), rows, (row) => [
    { tag: 'th', text: row.name },
    { text: row.status, tone: row.tone, why: row.why },
    { text: row.records, className: 'number' },
    { text: row.rejected, className: 'number' },
    { percent: row.percent, label: `Progress of the import into ${row.name}`, className: 'progress' },
  ]);
}

/** What the user may not see, in sentences. */
export function showMissing(sentences) {
  const items = [...new Set(sentences)].map((text) =>
    Object.assign(document.createElement('li'), { textContent: text }),
  );
  at('#missing').replaceChildren(...items);
}

// Cells are changed in place: a reader, or a selection, must not lose its place at every event.
function fill(body, rows, toCells) {
  const known = new Map([...body.children].map((row) => [row.dataset.id, row]));
  const shown = rows.map((row) => {
    const line = known.get(row.id) ?? Object.assign(document.createElement('tr'), {});
    line.dataset.id = row.id;
    toCells(row).forEach((cell, index) => fillCell(line, index, cell));
    return line;
  });
  const isSame = shown.length === body.children.length && shown.every((row, i) => body.children[i] === row);
  if (!isSame) body.replaceChildren(...shown);
}

function fillCell(line, index, { tag = 'td', text, tone, why, percent, label, className = '' }) {
  const cell = line.children[index] ?? line.appendChild(newCell(tag, className));
  if (percent !== undefined) return fillProgress(cell, percent, label);
  const key = [text, tone, why].join('\n');
  if (cell.dataset.key === key) return;
  cell.dataset.key = key;
  if (tone) cell.dataset.tone = tone;
  cell.replaceChildren(text, ...(why ? [reason(why)] : []));
}

function newCell(tag, className) {
  const cell = document.createElement(tag);
  cell.className = className;
  if (tag === 'th') cell.scope = 'row';
  return cell;
}

function reason(why) {
  return Object.assign(document.createElement('span'), { className: 'why', textContent: why });
}

function fillProgress(cell, percent, label) {
  if (!cell.firstChild) {
    const bar = document.createElement('progress');
    bar.max = 100;
    cell.append(bar, document.createElement('span'));
  }
  const [bar, text] = cell.children;
  bar.value = percent;
  bar.setAttribute('aria-label', label);
  text.textContent = ` ${percent} %`;
}
