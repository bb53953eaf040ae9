const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const MAX_LENGTH = 2_000;

/**
 * Why codes may not be sent to the address, or undefined. Addresses are https, http on this machine (or anywhere when
 * the installation itself has no TLS), or a scheme of a native application in reverse domain form
 * (RFC 8252, section 7; RFC 9700, section 4.1).
 */
export function explainRedirectUri(uri: string, publicUrl: string): string | undefined {
  if (uri.length > MAX_LENGTH) return `it has more than ${MAX_LENGTH} characters`;
  if (!/^[\x21-\x7e]+$/u.test(uri)) return 'it has spaces or characters that must be percent-encoded';
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (!url) return 'it is not an absolute URI';
  if (uri.includes('#')) return 'it must not have a fragment';
  if (url.username || url.password) return 'it must not have a user name or password';
  if (uri.includes('*')) return 'it must not have wildcards';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol !== 'http:') {
    return url.protocol.includes('.') ? undefined : 'its scheme must be https, or like com.example.app';
  }
  const isOpenToHttp = LOOPBACK.includes(url.hostname) || publicUrl.startsWith('http:');
  return isOpenToHttp ? undefined : 'it must use https';
}
