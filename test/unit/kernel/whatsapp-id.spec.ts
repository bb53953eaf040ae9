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
    ['+49 (0) 151 12345678', '4915112345678'],
    ['0049 (0)151 12345678', '4915112345678'],
    ['4915112345678.0', '4915112345678'],
    ['\uff14\uff19\uff11\uff15\uff11\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18', '4915112345678'],
    ['\u202a+4915112345678\u202c', '4915112345678'],
  ])('reads %j as %s', (raw, id) => expect(idOf(raw)).toBe(id));

  it.each([
    ['', 'empty'],
    ['NULL', 'empty'],
    ['4.91511E+11', 'scientific-notation'],
    ['4,91511E+11', 'scientific-notation'],
    ['call me', 'letters'],
    ['49151ABC', 'letters'],
    ['*123#', 'not-a-number'],
    ['4915112345678 ext. 12', 'extension'],
    ['+1 202 555 0123 x4', 'extension'],
    ['+49 30 1234567 Durchwahl 12', 'extension'],
    ['4915112345678, 4915112345679', 'several-numbers'],
    ['0151 12345678', 'no-country-code'],
    ['12345', 'too-short'],
    ['+49 151', 'too-short'],
    ['1234567890123456', 'too-long'],
  ])('refuses %j as %s', (raw, code) => expect(readWhatsAppId(raw)).toMatchObject({ ok: false, code }));

  it('says in words what is wrong', () => {
    expect(readWhatsAppId('0151 12345678')).toMatchObject({
      message: 'it begins with 0, so the country code is missing; write it like 4915112345678',
    });
  });

  it('reads every spelling of a number alike, and never anything but digits', () => {
    const digits = fc.stringMatching(/^[1-9]\d{6,14}$/u);
    const between = fc.array(fc.constantFrom('', ' ', '-', '.', '\u00a0', ') ('), {
      minLength: 15,
      maxLength: 15,
    });
    fc.assert(
      fc.property(digits, between, fc.constantFrom('', '+', '00', "'+"), (id, gaps, lead) => {
        const spelled = [...id]
          .map((digit, at) => (at === 0 || at === id.length - 1 ? '' : gaps[at]!) + digit)
          .join('');
        expect(idOf(lead + spelled)).toBe(id);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (raw) => {
        const read = readWhatsAppId(raw);
        expect(read.ok ? read.id : '4915112345678').toMatch(/^[1-9]\d{6,14}$/u);
        expect(read.ok || read.message.length > 0).toBe(true);
      }),
    );
  });

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
    ['Argentina with 15', '54111512345678', '5491112345678'],
    ['Argentina with 9 and 15', '549111512345678', '541112345678'],
    ['Argentina, area code of three digits', '54341154123456', '5493414123456'],
    ['Argentina, area code of four digits', '54296615412345', '5492966412345'],
  ])('meet in %s', (_country, long, short) => {
    expect(whatsAppMatchKey(long)).toBe(whatsAppMatchKey(short));
  });

  it('leave other numbers apart', () => {
    expect(whatsAppMatchKey('4915112345678')).toBe('4915112345678');
    // The 15 belongs to the number of the subscriber.
    expect(whatsAppMatchKey('541115123456')).toBe('541115123456');
    expect(whatsAppMatchKey('12025550123')).not.toBe(whatsAppMatchKey('12025550124'));
  });

  it('are stable: the key of a key is the key', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^(55|52|54|549|49|1)\d{8,12}$/u), (id) => {
        const key = whatsAppMatchKey(id);
        // A key must not be read as another national form.
        expect(whatsAppMatchKey(key)).toBe(key);
      }),
    );
  });
});

describe('all spellings of one account', () => {
  const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`, 'u'));
  const meet = (ids: string[]): void => expect(new Set(ids.map(whatsAppMatchKey)).size).toBe(1);

  it('meet whatever the number', () => {
    const area = fc.constantFrom('11', '341', '351', '220', '2966', '3546');
    fc.assert(
      fc.property(digits(10), digits(8), area, (ten, eight, code) => {
        meet([`52${ten}`, `521${ten}`]);
        meet([`5511${eight}`, `55119${eight}`]);
        const local = ten.slice(code.length);
        meet([`54${code}${local}`, `549${code}${local}`, `54${code}15${local}`, `549${code}15${local}`]);
      }),
    );
  });
});
