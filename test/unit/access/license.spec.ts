import type { Permission } from '../../../src/modules/access/index.js';
import { requireLicense, WHATSAPP_CAMPAIGN_LICENSES } from '../../../src/modules/access/license.js';

const route = (mode: 'any' | 'all', ...permissions: Permission[]) =>
  ({ kind: 'permission', mode, permissions }) as const;
const campaigns = route('any', 'outbound:whatsAppCampaign:view');

describe('the licence gate', () => {
  it.each(WHATSAPP_CAMPAIGN_LICENSES)('%s opens it', (license) => {
    expect(() => requireLicense(license, campaigns)).not.toThrow();
    expect(() => requireLicense(` ${license.toUpperCase()} `, campaigns)).not.toThrow();
  });

  it.each(['Genesys Cloud CX 1', 'Genesys Cloud CX 1 Digital', 'CX 3', 'Genesys Cloud CX 30', ''])(
    '"%s" does not',
    (license) => {
      expect(() => requireLicense(license, campaigns)).toThrow(/Genesys Cloud CX 2 Digital/u);
    },
  );

  it('never keeps anybody from stopping a campaign', () => {
    expect(() => requireLicense('none', route('any', 'outbound:whatsAppCampaign:stop'))).not.toThrow();
    expect(() => requireLicense('none', route('any', 'outbound:whatsAppCampaign:start'))).toThrow();
  });

  it('looks at how the permissions of a route are joined', () => {
    const mixed = ['outbound:whatsAppCampaign:view', 'outbound:contactList:view'] as const;
    expect(() => requireLicense('none', route('any', ...mixed))).not.toThrow();
    expect(() => requireLicense('none', route('all', ...mixed))).toThrow();
    expect(() => requireLicense('none', route('any', 'outbound:contactList:view'))).not.toThrow();
  });
});
