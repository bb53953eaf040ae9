import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { ContactListsModule } from '../contact-lists/index.js';
import { DncListsModule } from '../dnc-lists/index.js';
import { TemplatesModule } from '../templates/index.js';
import { WhatsAppModule } from '../whatsapp/index.js';
import { AllCampaignsController } from './all-campaigns.controller.js';
import { AutomaticChange } from './automatic-change.service.js';
import { AutomaticSwitch } from './automatic-switch.service.js';
import { CallableTimeSetsController } from './callable-times/callable-time-sets.controller.js';
import { CallableTimeSetsService } from './callable-times/callable-time-sets.service.js';
import { CampaignRulesController } from './campaign-rules/campaign-rules.controller.js';
import { CampaignRulesService } from './campaign-rules/campaign-rules.service.js';
import { CampaignRuleStates } from './campaign-rules/rule-states.repository.js';
import { DigitalRuleSetsController } from './digital-rules/digital-rule-sets.controller.js';
import { DigitalRuleSetsService } from './digital-rules/digital-rule-sets.service.js';
import { CampaignConstraints } from './campaign-constraints.service.js';
import { CampaignExtrasFinder } from './campaign-extras.service.js';
import { CampaignLifecycle } from './campaign-lifecycle.service.js';
import { CampaignMoves } from './campaign-moves.service.js';
import { CampaignPresenter } from './campaign-presenter.service.js';
import { CampaignSwitch } from './campaign-switch.service.js';
import { CampaignValidator } from './campaign-validator.service.js';
import { CampaignTrials } from './campaign-trials.service.js';
import { CampaignSnapshots } from './campaign-snapshots.service.js';
import { CampaignsController } from './campaigns.controller.js';
import { CampaignsRegistration } from './campaigns.registration.js';
import { CampaignsRepository } from './campaigns.repository.js';
import { CampaignsService } from './campaigns.service.js';
import { CampaignHealth } from './health/campaign-health.service.js';
import { CampaignHealthRepository } from './health/campaign-health.repository.js';
import { HealthRequests } from './health/health-requests.js';
import { CAMPAIGN_HEALTH_QUEUE } from './health/health.jobs.js';
import { CAMPAIGN_SCHEDULE_QUEUE, ScheduleBell } from './schedules/schedule-bell.js';
import { ScheduleWriter } from './schedules/schedule-writer.js';
import { SchedulesController } from './schedules/schedules.controller.js';
import { SchedulesRepository, SequenceSchedulesRepository } from './schedules/schedules.repository.js';
import { SchedulesService } from './schedules/schedules.service.js';
import { SequenceSchedulesController } from './schedules/sequence-schedules.controller.js';
import { SequenceSchedulesService } from './schedules/sequence-schedules.service.js';
import { AutomaticSequenceSwitch } from './sequences/automatic-sequence-switch.service.js';
import { SequencesController } from './sequences/sequences.controller.js';
import { SequencesService } from './sequences/sequences.service.js';
import { SequenceSteps } from './sequences/sequence-steps.js';
import { ListsInUse } from './lists-in-use.js';

const queues = BullModule.registerQueue({ name: CAMPAIGN_HEALTH_QUEUE }, { name: CAMPAIGN_SCHEDULE_QUEUE });

/** WhatsApp campaigns: their definition, its validation, and their life from off to complete. */
@Module({
  imports: [queues, ContactListsModule, DncListsModule, TemplatesModule, WhatsAppModule],
  controllers: [
    AllCampaignsController,
    CallableTimeSetsController,
    CampaignRulesController,
    CampaignsController,
    DigitalRuleSetsController,
    SchedulesController,
    SequenceSchedulesController,
    SequencesController,
  ],
  providers: [
    ListsInUse,
    AutomaticChange,
    AutomaticSequenceSwitch,
    AutomaticSwitch,
    CampaignRuleStates,
    CallableTimeSetsService,
    CampaignConstraints,
    CampaignExtrasFinder,
    CampaignHealth,
    CampaignHealthRepository,
    CampaignLifecycle,
    CampaignMoves,
    CampaignRulesService,
    DigitalRuleSetsService,
    CampaignPresenter,
    CampaignSnapshots,
    CampaignSwitch,
    CampaignTrials,
    CampaignValidator,
    CampaignsRegistration,
    CampaignsRepository,
    CampaignsService,
    HealthRequests,
    ScheduleBell,
    ScheduleWriter,
    SchedulesRepository,
    SchedulesService,
    SequenceSchedulesRepository,
    SequenceSchedulesService,
    SequencesService,
    SequenceSteps,
  ],
  exports: [
    queues,
    AutomaticChange,
    AutomaticSequenceSwitch,
    AutomaticSwitch,
    CampaignRuleStates,
    CampaignConstraints,
    CampaignHealth,
    CampaignHealthRepository,
    CampaignLifecycle,
    CampaignSnapshots,
    CampaignTrials,
    HealthRequests,
    ScheduleBell,
    SchedulesRepository,
    SequenceSchedulesRepository,
    SequenceSteps,
  ],
})
export class CampaignsModule {}
