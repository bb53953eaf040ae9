import { DemoTerminal } from '../../../../src/tools/demo/demo-terminal.js';

function capture(isTTY: boolean, columns?: number) {
  const written: string[] = [];
  let now = 0;
  const terminal = new DemoTerminal(
    { isTTY, columns, write: (text: string) => void written.push(text) },
    () => now,
  );
  return { terminal, text: () => written.join(''), pass: (ms: number) => (now += ms) };
}

describe('DemoTerminal', () => {
  it('shows progress in place on a terminal and goes on below it', () => {
    const { terminal, text } = capture(true);
    terminal.done('ready');
    terminal.progress('10 %');
    terminal.progress('10 %');
    terminal.progress('20 %');
    terminal.line('end');
    expect(text()).toBe('  ✓ ready\n\r\u001b[2K  10 %\r\u001b[2K  20 %\nend\n');
  });

  it('never writes more than a line fits, because it could not be cleared', () => {
    const { terminal, text } = capture(true, 12);
    terminal.progress('x'.repeat(50));
    expect(text()).toBe(`\r\u001b[2K  ${'x'.repeat(9)}`);
  });

  it('writes plain lines every few seconds elsewhere', () => {
    const { terminal, text, pass } = capture(false);
    for (let second = 0; second < 8; second++) {
      pass(1000);
      terminal.progress(`${second}`);
    }
    terminal.line('end');
    expect(text()).toBe('  2\n  5\nend\n');
  });
});
