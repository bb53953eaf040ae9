import fc from 'fast-check';
import { readWhatsAppId, whatsAppMatchKey } from '../../../src/kernel/whatsapp-id.js';

const idOf = (raw: string): string | undefined => {
  const read = readWhatsAppId(raw);
  return read.ok ? read.id : undefined;
};

describe('reading a WhatsApp id', () => {
  it.each([
    ['+49 151 12345678', '4915112345678'],
    ['004915112345678', '4915112345678'],
    ['4915112345678', '4915112345678'],
    ['317-153-4777', '3171534777'],
    ['(317) 153-4777', '3171534777'],
    ['="+4915112345678"', '4915112345678'],
    ["'+4915112345678", '4915112345678'],
    ['+49\u00a0151\u202f12345678', '4915112345678'],
    ['\ufeff4915112345678', '4915112345678'],
    [' 4915112345678 ', '4915112345678'],
  ])('reads %j as %s', (raw, id) => expect(idOf(raw)).toBe(id));

  it.each([
    ['', 'empty'],
    ['NULL', 'empty'],
    ['4.91511E+11', 'scientific-notation'],
    ['4,91511E+11', 'scientific-notation'],
    ['call me', 'not-a-number'],
    ['49151ABC', 'not-a-number'],
    ['12345', 'too-short'],
    ['1234567890123456', 'too-long'],
  ])('refuses %j as %s', (raw, code) => expect(readWhatsAppId(raw)).toMatchObject({ ok: false, code }));

  it('reads its own normal form unchanged', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9]\d{6,14}$/u), (digits) => {
        expect(idOf(digits)).toBe(digits);
        expect(idOf(`+${digits}`)).toBe(digits);
      }),
    );
  });
});

describe('national variants', () => {
  it.each([
    ['Brazil', '5511987654321', '551187654321'],
    ['Mexico', '5215512345678', '525512345678'],
    ['Argentina', '5491112345678', '541112345678'],
  ])('meet in %s', (_country, long, short) => {
    expect(whatsAppMatchKey(long)).toBe(whatsAppMatchKey(short));
  });

  it('leave other numbers apart', () => {
    expect(whatsAppMatchKey('4915112345678')).toBe('4915112345678');
    expect(whatsAppMatchKey('12025550123')).not.toBe(whatsAppMatchKey('12025550124'));
  });

  it('are stable: the key of a key is the key', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^(55|52|54|49|1)\d{8,11}$/u), (id) => {
        const key = whatsAppMatchKey(id);
        // A key must not be read as another national form.
        expect(whatsAppMatchKey(key)).toBe(key);
      }),
    );
  });
});
