/** Styles of the sign-in pages; served from this origin, so that the pages need no inline style. */
export const SIGN_IN_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #eef1f4;
  --card: #ffffff;
  --ink: #16202b;
  --quiet: #566473;
  --line: #8a97a5;
  --accent: #0b6b53;
  --accent-ink: #ffffff;
  --alarm: #9c1c1c;
  --alarm-ground: #fdeeee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12181f;
    --card: #1b242e;
    --ink: #e9eef3;
    --quiet: #a9b6c3;
    --line: #6d7c8b;
    --accent: #4fc3a1;
    --accent-ink: #08201a;
    --alarm: #ffb4ab;
    --alarm-ground: #3b1d1d;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  min-height: 100vh;
  display: grid;
  place-items: center;
  padding: 1.5rem;
  background: var(--ground);
  color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif;
}
main {
  width: 100%;
  max-width: 25rem;
  padding: 2rem;
  background: var(--card);
  border-radius: 0.75rem;
  box-shadow: 0 1px 3px rgb(0 0 0 / 20%);
}
.brand { margin: 0; color: var(--accent); font-weight: 700; letter-spacing: 0.02em; }
h1 { margin: 0.25rem 0 0; font-size: 1.5rem; line-height: 1.25; }
.lead { margin: 0.25rem 0 1.25rem; color: var(--quiet); overflow-wrap: anywhere; }
.lead strong { color: var(--ink); font-weight: 600; }
label { display: block; margin: 1rem 0 0.25rem; font-weight: 600; }
input {
  width: 100%;
  padding: 0.625rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: 0.375rem;
  background: var(--card);
  color: inherit;
  font: inherit;
}
button {
  width: 100%;
  margin-top: 1.5rem;
  padding: 0.75rem;
  border: 0;
  border-radius: 0.375rem;
  background: var(--accent);
  color: var(--accent-ink);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
a { color: var(--accent); }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.hint { margin: 0.25rem 0 0; color: var(--quiet); font-size: 0.875rem; }
.notice {
  margin: 1rem 0;
  padding: 0.75rem 1rem;
  border-left: 4px solid var(--alarm);
  border-radius: 0.25rem;
  background: var(--alarm-ground);
  color: var(--alarm);
}
.notice p { margin: 0; }
.notice ul { margin: 0.5rem 0 0; padding-left: 1.25rem; }
`;
