import type { DemoClient } from './demo-client.js';
import { findByName, type Named } from './demo-objects.js';

const PATH = '/api/v2/conversations/messaging/integrations/whatsapp';
const NAME = 'Demo: shop';
/** The simulator's number of high throughput, and any PIN: registering sets it. */
const NUMBER_DIGITS = '4915792300002';
const PIN = '240610';

interface Integration extends Named {
  phoneNumber?: string;
  status: string;
  createStatus?: string;
  createError?: { message?: string };
  activationErrorInfo?: { message?: string };
  availablePhoneNumbers?: { entities?: { phoneNumber: string }[] };
}

/** Connects the business account by embedded signup and activates one of its numbers. */
export async function activateNumber(
  client: DemoClient,
  accessToken: string,
): Promise<{ id: string; phoneNumber: string }> {
  const existing = await findByName<Integration>(client, PATH, NAME);
  const { id } =
    existing ??
    (await client.post<Integration>(`${PATH}/embeddedsignup`, {
      name: NAME,
      embeddedSignupAccessToken: accessToken,
    }));
  const signedUp = await client.poll<Integration>(
    `${PATH}/${id}`,
    'The signup',
    ({ createStatus, createError }) => {
      if (createStatus === 'Error')
        throw new Error(`the signup failed: ${createError?.message ?? 'no reason given'}`);
      return createStatus === 'Completed';
    },
  );
  if (signedUp.status !== 'Active')
    await client.patch(`${PATH}/embeddedsignup/${id}`, { pin: PIN, phoneNumber: choose(signedUp) });
  const active = await client.poll<Integration>(`${PATH}/${id}`, 'The activation', (integration) => {
    const { status, activationErrorInfo } = integration;
    if (activationErrorInfo || status === 'Failed' || status === 'Error') {
      throw new Error(`the activation failed: ${activationErrorInfo?.message ?? status}`);
    }
    return status === 'Active';
  });
  return { id, phoneNumber: active.phoneNumber ?? '' };
}

function choose({ availablePhoneNumbers }: Integration): string {
  const numbers = availablePhoneNumbers?.entities?.map(({ phoneNumber }) => phoneNumber) ?? [];
  const chosen = numbers.find((number) => number.replaceAll(/\D/gu, '') === NUMBER_DIGITS) ?? numbers[0];
  if (!chosen) throw new Error('the business account has no telephone number');
  return chosen;
}
