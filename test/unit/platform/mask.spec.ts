import { Writable } from 'node:stream';
import { maskSecrets } from '../../../src/platform/logging/mask.js';

describe('masking of log lines', () => {
  it.each([
    ['sent to +4915112345678 now', 'sent to [number] now'],
    ['to=4915112345678', 'to=[number]'],
    ['Bearer abc.def-123', 'Bearer [masked]'],
    ['postgresql://user:secret@host/db', 'postgresql://user:[masked]@host/db'],
  ])('hides what %j holds', (text, masked) => expect(maskSecrets(text)).toBe(masked));

  it.each(['0b2e7f5e-58c9-4a0b-9b80-1f8c4b8f2a11', '2026-11-22T10:00:00.000Z', 'port 3000', 'v26.0'])(
    'leaves %j alone',
    (text) => expect(maskSecrets(text)).toBe(text),
  );

  it('hides secrets by the name of their field, at any depth', () => {
    const logged = maskSecrets({
      a: { password: 'x', list: [{ token: 'y' }] },
      authorization: 'z',
      name: 'n',
    });
    expect(logged).toEqual({
      a: { password: '[masked]', list: [{ token: '[masked]' }] },
      authorization: '[masked]',
      name: 'n',
    });
  });

  it('does not walk into streams and other instances', () => {
    const stream = new Writable();
    expect(() => maskSecrets({ stream })).not.toThrow();
  });
});
