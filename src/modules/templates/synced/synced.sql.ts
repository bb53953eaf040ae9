const NAME = `messaging_template -> 'whatsApp' ->> 'name'`;
const LANGUAGE = `messaging_template -> 'whatsApp' ->> 'language'`;

/** The responses made from an integration, locked: integration. */
export const FIND_SYNCED = `
  SELECT id, version, synced_version AS "syncedVersion", synced_content AS "syncedContent", substitutions,
         concat_ws(' ', ${NAME}, ${LANGUAGE}) AS key
    FROM responses WHERE integration_id = $1 AND synced_version IS NOT NULL ORDER BY id FOR NO KEY UPDATE`;

/** Name, texts, substitutions, messaging template, integration, fingerprint. */
export const INSERT = `
  INSERT INTO responses (name, response_type, texts, substitutions, messaging_template, integration_id,
                         synced_version, synced_content)
  VALUES ($1, 'MessagingTemplate', $2, $3, $4, $5, 1, $6)
  RETURNING id`;

/** Response, library. */
export const ADD_TO_LIBRARY = `
  INSERT INTO response_library_members (response_id, library_id) VALUES ($1, $2)`;

/** Id, texts, substitutions, messaging template, fingerprint. */
export const UPDATE = `
  UPDATE responses
     SET texts = $2, substitutions = $3, messaging_template = $4, synced_content = $5,
         version = version + 1, synced_version = version + 1
   WHERE id = $1`;

/**
 * States by name and language, integration. A response that names an integration shows what that one says; one that
 * names none shows what the integration says that knows its template.
 */
export const SET_STATES = `
  UPDATE responses r SET template_state = x -> 'state'
    FROM jsonb_array_elements($1::jsonb) x
   WHERE r.${NAME} = x ->> 'name' AND r.${LANGUAGE} = x ->> 'language'
     AND coalesce(r.integration_id::text, r.messaging_template -> 'whatsApp' ->> 'integrationId', $2) = $2
     AND r.template_state IS DISTINCT FROM x -> 'state'`;

/** Keys (name and language) that WhatsApp has, integration. */
export const SET_VANISHED = `
  UPDATE responses r
     SET template_state = r.template_state || jsonb_build_object('templateStatus', 'DELETED', 'statusInfo',
           jsonb_build_object('code', 'template.deleted', 'message', 'WhatsApp has this template no more.'))
   WHERE r.template_state ->> 'integrationId' = $2 AND r.template_state ->> 'templateStatus' <> 'DELETED'
     AND NOT (concat_ws(' ', r.${NAME}, r.${LANGUAGE}) = ANY ($1))`;
