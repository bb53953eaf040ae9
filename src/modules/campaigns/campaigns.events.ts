/** A campaign went from off, complete or invalid to on. */
export class CampaignStarted {
  constructor(readonly campaignId: string) {}
}

/** A campaign went from on to stopping. */
export class CampaignStopRequested {
  constructor(readonly campaignId: string) {}
}

/** The definition of a running campaign changed: its name, pace, template or DNC lists. */
export class CampaignChanged {
  constructor(readonly campaignId: string) {}
}

export class CampaignDeleted {
  constructor(readonly campaignId: string) {}
}
