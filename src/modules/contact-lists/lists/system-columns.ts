const SYSTEM_COLUMN =
  /^(?:inin-outbound-id|ContactCallable|ZipCodeAutomaticTimeZone|ContactConfigurationOverridePriority|(?:ContactableBy(?:Voice|Sms|Email|WhatsApp)|CallRecordLast(?:Attempt|Result|AgentWrapup|AttemptCampaign)|(?:Sms|Email|WhatsApp)Last(?:Attempt|Result|AttemptCampaign)|Callable|AutomaticTimeZone)(?:-.+)?)$/u;

/**
 * True for the names of columns that an export adds (Genesys Cloud API, contact list export). No list may have a
 * column of such a name, and importing one again must not hurt.
 */
export function isSystemColumn(name: string): boolean {
  return SYSTEM_COLUMN.test(name);
}
