import { RecordSplitter } from '../../../../src/platform/csv/record-splitter.js';

function split(chunks: string[]): { line: number; text: string }[] {
  const splitter = new RecordSplitter(',');
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()].map(({ line, text }) => ({
    line,
    text,
  }));
}

describe('cutting a CSV into records', () => {
  const text = 'a,b\r\n"1\r\n""x""",2\r\n\r\n3,"4"\r5,6';
  const whole = split([text]);

  it('finds records and their lines', () => {
    expect(whole).toEqual([
      { line: 1, text: 'a,b' },
      { line: 2, text: '"1\r\n""x""",2' },
      { line: 5, text: '3,"4"' },
      { line: 6, text: '5,6' },
    ]);
  });

  it('does not depend on where the chunks end', () => {
    for (let first = 0; first <= text.length; first++) {
      for (let second = first; second <= text.length; second++) {
        expect(split([text.slice(0, first), text.slice(first, second), text.slice(second)])).toEqual(whole);
      }
    }
  });

  it('stops at a record beyond the limit', () => {
    const splitter = new RecordSplitter(',', 10);
    expect(() => splitter.push('12345678901')).toThrow(/more than 10 characters/u);
  });
});
