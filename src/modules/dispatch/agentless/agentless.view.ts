import { toWireDate } from '../../../platform/http/json-dates.js';
import type { AgentlessMessageView } from './agentless.dto.js';
import type { AgentlessMessage } from './agentless-messages.repository.js';

/** Path of the collection. */
export const AGENTLESS_PATH = '/api/v2/conversations/messages/agentless';

export function toAgentlessView(message: AgentlessMessage): AgentlessMessageView {
  const { id, integrationId, address, createdAt, wamid, errorText } = message;
  const timestamp = toWireDate(createdAt);
  return {
    id,
    conversationId: id,
    fromAddress: integrationId,
    toAddress: address,
    messengerType: 'whatsapp',
    useExistingActiveConversation: false,
    message: {
      id,
      ...(wamid ? { providerMessageId: wamid } : {}),
      timestamp,
      status: statusOf(message),
      ...(errorText ? { errorText } : {}),
    },
    timestamp,
    selfUri: `${AGENTLESS_PATH}/${id}`,
  };
}

function statusOf({ outcome, readAt, deliveredAt, failedAt }: AgentlessMessage): string {
  if (readAt) return 'read';
  if (deliveredAt) return 'delivery-success';
  if (failedAt) return 'delivery-failed';
  if (outcome === 'accepted') return 'sent';
  return outcome === 'refused' || outcome === 'unsent' ? 'failed' : 'queued';
}
