import { isNumber, readPeriod } from '../../contact-lists/index.js';
import {
  type ActionSettings,
  type DigitalAction,
  type RuleCategory,
  UPDATE_OPTIONS,
} from './digital-rule.js';
import { readMediaTypes } from './read-conditions.js';
import { isRaw, type Raw, type RuleReader } from './rule-reader.js';

type Kind = keyof ActionSettings;
type Reading = { [K in Kind]: (raw: Raw, reader: RuleReader) => ActionSettings[K] };

const MAX_CELL = 512;
/** What decides how a message is sent comes too late once it is. */
const BEFORE_SENDING_ONLY: readonly Kind[] = ['doNotSendActionSettings', 'setContentTemplateActionSettings'];

const READING: Reading = {
  updateContactColumnActionSettings: readUpdate,
  doNotSendActionSettings: () => ({}),
  appendToDncActionSettings: readAppend,
  markContactUncontactableActionSettings: (raw, reader) => ({ mediaTypes: readMediaTypes(raw, reader) }),
  markContactAddressUncontactableActionSettings: () => ({}),
  setContentTemplateActionSettings: (raw, reader) => ({
    ...raw,
    whatsAppContentTemplateId: reader.id(raw, 'whatsAppContentTemplateId'),
  }),
};

const WHY_NOT = {
  // The throughput of an integration is shared among the campaigns that name it; a rule's would not be among them.
  setWhatsAppIntegrationActionSettings:
    'all messages of a campaign go through its own integration, whose throughput it shares',
};

const KINDS = Object.keys(READING) as Kind[];

/** An action of a rule of the category (Genesys Cloud API, DigitalAction). */
export function readAction(given: unknown, category: RuleCategory, reader: RuleReader): DigitalAction {
  const raw = reader.object(given);
  const kind = reader.kindOf(raw, KINDS, 'ActionSettings', WHY_NOT);
  if (!kind) return {};
  if (category === 'PostContact' && BEFORE_SENDING_ONLY.includes(kind)) {
    reader.refuse('comes too late after the message; make the rule PreContact', 'invalid.value', kind);
  }
  const inside = reader.at(kind);
  return { [kind]: READING[kind](inside.object(raw[kind]), inside) };
}

function readUpdate(raw: Raw, reader: RuleReader): ActionSettings['updateContactColumnActionSettings'] {
  const updateOption = reader.oneOf(raw, 'updateOption', UPDATE_OPTIONS);
  const properties: Record<string, string> = {};
  const given = isRaw(raw.properties) ? Object.entries(raw.properties) : [];
  if (given.length === 0) reader.refuse('must name at least one column', 'invalid.value', 'properties');
  for (const [column, value] of given) {
    properties[column] = typeof value === 'string' ? value : '';
    const place = `properties.${column}`;
    if (updateOption === 'CurrentTime') continue;
    if (typeof value !== 'string' || value.length > MAX_CELL || value.includes('\0')) {
      reader.refuse(`must be a text of at most ${MAX_CELL} characters`, 'invalid.value', place);
    } else if (updateOption !== 'Set' && !isNumber(value)) {
      reader.refuse(`"${value}" is no number to count by`, 'invalid.value', place);
    }
  }
  return { properties, updateOption };
}

function readAppend(raw: Raw, reader: RuleReader): ActionSettings['appendToDncActionSettings'] {
  const expire = reader.flag(raw, 'expire');
  const listType = raw.listType == null ? 'Rds' : reader.oneOf(raw, 'listType', ['Rds']);
  if (!expire) return { expire, listType };
  const expirationDuration = reader.text(raw, 'expirationDuration');
  if (expirationDuration !== '' && !((readPeriod(expirationDuration) ?? 0) > 0)) {
    reader.refuse('must be a period such as P30DT00H00M', 'invalid.value', 'expirationDuration');
  }
  return { expire, expirationDuration, listType };
}
