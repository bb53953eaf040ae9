import { onConstraint } from '../../../platform/database/database-errors.js';
import { ApiError } from '../../../platform/errors/api-error.js';

onConstraint(
  'whatsapp_integrations_phone_number_id_unique',
  () =>
    new ApiError(
      'invalid',
      'phone.number.in.use',
      'Another WhatsApp integration uses this phone number already; choose another number or delete that integration.',
    ),
);

onConstraint(
  'messaging_campaigns_integration_fk',
  () =>
    new ApiError(
      'invalid',
      'integration.in.use',
      'A WhatsApp campaign uses this integration; delete the campaign or give it another integration first.',
    ),
);

/** 404: there is no such integration. */
export function integrationNotFound(id: string): ApiError {
  return new ApiError('not-found', 'not.found', 'There is no WhatsApp integration with the id {id}.', {
    params: { id },
    entityId: id,
  });
}
