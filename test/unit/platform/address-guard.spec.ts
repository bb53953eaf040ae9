import { isPublicAddress, isPublicHost, lookUpPublic } from '../../../src/platform/http/address-guard.js';

describe('the guard of addresses', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    'fe80::1',
    'fd12:3456::1',
    'ff02::1',
    'no address',
    '',
  ])('keeps away from %p', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['93.184.215.14', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:93.184.215.14'])(
    'lets %p through',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it('judges hosts of URLs as they are written', () => {
    const hostOf = (url: string): string => new URL(url).hostname;
    expect(isPublicHost(hostOf('https://[::1]/'))).toBe(false);
    expect(isPublicHost(hostOf('https://2130706433/'))).toBe(false);
    expect(isPublicHost(hostOf('https://0x7f.1/'))).toBe(false);
    expect(isPublicHost(hostOf('https://[2606:4700::1111]/'))).toBe(true);
    expect(isPublicHost(hostOf('https://hooks.example.com/'))).toBe(true);
  });

  it.each([{ all: true }, { all: false }])(
    'looks a name of this machine up and finds nothing (%p)',
    async (options) => {
      const error = await new Promise((resolve) => lookUpPublic('localhost', options, resolve));
      expect(error).toMatchObject({ code: 'EPRIVATE' });
    },
  );
});
