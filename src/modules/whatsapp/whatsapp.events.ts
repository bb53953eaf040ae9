/** A number began or ceased to be able to send; `explainUnusable` says how it is now. */
export class IntegrationStateChanged {
  constructor(readonly integrationId: string) {}
}

/**
 * What WhatsApp says of templates has changed: one became usable or unusable, or its category or content is another.
 * `findMetaTemplate` says how it is now.
 */
export class TemplateStateChanged {
  constructor(
    /** The integrations of the account that has the templates. */
    readonly integrationIds: readonly string[],
    readonly templates: readonly { name: string; language: string }[],
    /** Found by reading all templates of the account: whoever had them read knows already. */
    readonly wasReading = false,
  ) {}
}
