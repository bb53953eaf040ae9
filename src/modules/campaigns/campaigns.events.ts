import type { CampaignStatus } from './campaign-status.js';

/** A campaign went from off, complete or invalid to on. */
export class CampaignStarted {
  constructor(readonly campaignId: string) {}
}

/** A campaign went from on to stopping. */
export class CampaignStopRequested {
  constructor(readonly campaignId: string) {}
}

/** The definition of a running or an invalid campaign changed. */
export class CampaignChanged {
  constructor(readonly campaignId: string) {}
}

/** The definition of a campaign was written anew, whatever its status. */
export class CampaignEdited {
  constructor(readonly campaignId: string) {}
}

export class CampaignDeleted {
  constructor(readonly campaignId: string) {}
}

/** Any move of a campaign from one status to another, whoever made it. */
export class CampaignStatusChanged {
  constructor(
    readonly campaignId: string,
    readonly from: CampaignStatus,
    readonly to: CampaignStatus,
  ) {}
}
